/** How far apart the times of two groups that are one and the same lie by chance alone. */

/** Seeded, so that a verdict comes out again from the same figures (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const left = [...items]
  const drawn: T[] = []
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1))
  return drawn
}

/** The figure that this share of them does not exceed; between two, half-way. */
const shareOf = (sorted: ArrayLike<number>, share: number): number => {
  const rank = share * sorted.length
  const [below, above] = [sorted[Math.max(0, Math.ceil(rank) - 1)], sorted[Math.floor(rank)]]
  return below === undefined || above === undefined ? Number.NaN : (below + above) / 2
}

export const quantile = (figures: readonly number[], share: number): number =>
  shareOf(Float64Array.from(figures).sort(), share)

const mixInPlace = (figures: Float64Array, random: () => number): void => {
  for (let at = figures.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const moved = figures[at] ?? 0
    figures[at] = figures[other] ?? 0
    figures[other] = moved
  }
}

export type Chance = { readonly beyond: number; readonly draws: number; readonly seed: number }

/**
 * The differences between the twins' quantiles when who is in which is drawn anew, `draws` times: the one that only `beyond`
 * of them exceed. Groups that are the same stay below it as often as that.
 */
export const noiseOf = (
  twins: readonly [readonly number[], readonly number[]],
  share: number,
  { beyond, draws, seed }: Chance,
): number => {
  const random = seeded(seed)
  const all = Float64Array.from([...twins[0], ...twins[1]])
  const differences = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw += 1) {
    mixInPlace(all, random)
    const one = all.slice(0, twins[0].length).sort()
    const other = all.slice(twins[0].length).sort()
    differences[draw] = Math.abs(shareOf(one, share) - shareOf(other, share))
  }
  differences.sort()
  return differences[Math.min(draws - 1, Math.ceil(draws * (1 - beyond)))] ?? Number.NaN
}
