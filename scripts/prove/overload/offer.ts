/** Arrivals on a schedule, whoever is still waiting: what a crowd does. Times are counted from when each was due. */
export type Times = { readonly count: number; readonly p50: number; readonly p99: number; readonly most: number }

/** One arrival: sends, and says when it is over. */
export type Shot = (over: () => void) => void

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const timesOf = (measured: readonly number[]): Times => {
  const sorted = [...measured].sort((a, b) => a - b)
  return { count: sorted.length, p50: at(sorted, 0.5), p99: at(sorted, 0.99), most: sorted.at(-1) ?? Number.NaN }
}

/**
 * `perSecond` arrivals for so long; resolves once each is over. `shoot` is given its due time (performance.now()'s clock). A
 * generator that is late itself catches up, and its lateness is in the times.
 */
export const offer = (
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  shoot: (due: number, over: () => void) => void,
): Promise<{ readonly lateness: Times }> =>
  new Promise(resolve => {
    const began = performance.now()
    const gap = 1000 / perSecond
    const count = Math.round(perSecond * seconds)
    const lateness: number[] = []
    let fired = 0
    let over = 0
    const done = (): void => {
      over += 1
      if (over === count) resolve({ lateness: timesOf(lateness) })
    }
    const turn = (): void => {
      const now = performance.now()
      for (let due = began + fired * gap; due <= now && fired < count; due = began + fired * gap) {
        fired += 1
        lateness.push(now - due)
        shoot(due, done)
      }
      if (fired < count) setTimeout(turn, Math.max(0, began + fired * gap - performance.now()))
    }
    turn()
  })
