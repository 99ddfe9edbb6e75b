export type Servings = {
  /** Counts one more serving of a thing, unless it was served `limit` times already. */
  take(thing: string, limit: number): boolean
  /** Uncounts a serving that did not take place. */
  giveBack(thing: string): void
}

/**
 * Counts how often each thing was served by this process. It remembers a bounded number of things and forgets the
 * oldest first: it guards the processor, and whoever runs more processes has more processors.
 */
export const makeServings = ({ remembered }: { remembered: number }): Servings => {
  const counts = new Map<string, number>()

  return {
    take(thing, limit) {
      const served = counts.get(thing) ?? 0
      if (served >= limit) return false
      const [oldest] = counts.keys()
      if (served === 0 && counts.size >= remembered && oldest !== undefined) counts.delete(oldest)
      counts.set(thing, served + 1)
      return true
    },
    giveBack(thing) {
      counts.set(thing, Math.max(0, (counts.get(thing) ?? 0) - 1))
    },
  }
}
