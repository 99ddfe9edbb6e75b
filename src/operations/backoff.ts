export type Backoff = { readonly firstMs: number; readonly longestMs: number }

export const usualBackoff: Backoff = { firstMs: 5_000, longestMs: 3_600_000 }

/**
 * How long to wait after the attempt of that number (from 1): doubles to the longest, less up to a half at random, so that
 * what failed together does not come back together.
 */
export const backoffMs = (attempts: number, { firstMs, longestMs }: Backoff, random: () => number): number => {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, attempts - 1)))
  return Math.round(full * (1 - random() / 2))
}
