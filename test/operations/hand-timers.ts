import type { Timers } from '../../src/operations/timers.ts'

type Waiting = { readonly at: number; readonly act: () => void }

/** A clock and timers turned by hand: time passes only when told to. */
export const handTimers = (start = Date.parse('2026-03-02T08:00:00Z')) => {
  let now = start
  let waiting: Waiting[] = []

  const timers: Timers = {
    after: (milliseconds, act) => {
      const one = { at: now + milliseconds, act }
      waiting.push(one)
      return () => {
        waiting = waiting.filter(other => other !== one)
      }
    },
  }

  /** Lets everything that can go on without time go on. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
  }

  return {
    timers,
    clock: () => new Date(now),
    settle,
    /** How long until the next timer, in ms. */
    nextIn: (): number | undefined =>
      waiting.length === 0 ? undefined : Math.min(...waiting.map(({ at }) => at)) - now,
    pass: async (milliseconds: number): Promise<void> => {
      const until = now + milliseconds
      for (;;) {
        await settle()
        const [next] = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (!next) break
        waiting = waiting.filter(one => one !== next)
        now = Math.max(now, next.at)
        next.act()
      }
      now = until
      await settle()
    },
  }
}
