export type Turn<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'busy' }

export type Turns = {
  take<T>(work: () => Promise<T>): Promise<Turn<T>>
  /** Whether the next one would be told that we are busy. */
  full(): boolean
}

type TurnLimits = {
  readonly atOnce: number
  readonly waiting: number
  /** Milliseconds left to everybody else after each piece of work, before the next one starts. */
  readonly rest?: number
}

/** Lets so many pieces of work run at once and so many more wait; what comes beyond is told that we are busy. */
export const makeTurns = ({ atOnce, waiting, rest = 0 }: TurnLimits): Turns => {
  const queue: (() => void)[] = []
  let running = 0

  const enter = (): Promise<void> | undefined => {
    if (running < atOnce) {
      running += 1
      return undefined
    }
    return new Promise(resolve => queue.push(resolve))
  }

  const leave = (): void => {
    const next = queue.shift()
    if (!next) running -= 1
    next?.()
  }

  const full = (): boolean => running >= atOnce && queue.length >= waiting

  const take: Turns['take'] = async work => {
    if (full()) return { kind: 'busy' }
    await enter()
    try {
      return { kind: 'done', value: await work() }
    } finally {
      if (rest > 0) setTimeout(leave, rest)
      if (rest === 0) leave()
    }
  }

  return { take, full }
}
