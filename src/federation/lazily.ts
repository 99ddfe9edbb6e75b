/** What is had of an upstream lazily, one flight at a time, and kept for an hour; one that is away is not asked at each click. */
const KEPT_MS = 3_600_000
const AWAY_MS = 5_000

export type Lazily<Asked extends readonly unknown[], Had> = {
  /** What is known, else what `ask` gives: asked once, however many wait for it. */
  get(...asked: Asked): Promise<Had>
  /** What is known serves no more, if it is any good: the next one who asks gets a fresh one. */
  renew(): void
}

export const makeLazily = <Asked extends readonly unknown[], Had>({
  ask,
  isGood,
  clock,
}: {
  readonly ask: (...asked: Asked) => Promise<Had>
  /** Kept for long: it is not the answer of one that is away. */
  readonly isGood: (had: Had) => boolean
  readonly clock: () => Date
}): Lazily<Asked, Had> => {
  let known: { readonly had: Had; readonly until: number } | undefined
  let flight: Promise<Had> | undefined

  const refresh = async (...asked: Asked): Promise<Had> => {
    try {
      const had = await ask(...asked)
      known = { had, until: clock().getTime() + (isGood(had) ? KEPT_MS : AWAY_MS) }
      return had
    } finally {
      flight = undefined
    }
  }

  return {
    get: (...asked) => {
      if (known && clock().getTime() < known.until) return Promise.resolve(known.had)
      flight ??= refresh(...asked)
      return flight
    },
    renew: () => {
      if (known && isGood(known.had)) known = undefined
    },
  }
}
