/** Whether a series grows: its slope, and what its halves are to one another. */

export type Sample = { readonly hours: number; readonly mb: number }

/** Least squares, in MB an hour. */
export const slope = (samples: readonly Sample[]): number => {
  const mean = (pick: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length
  const hours = mean(sample => sample.hours)
  const mb = mean(sample => sample.mb)
  const spread = samples.reduce((sum, sample) => sum + (sample.hours - hours) ** 2, 0)
  return samples.reduce((sum, sample) => sum + (sample.hours - hours) * (sample.mb - mb), 0) / spread
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Median of the second half over that of the first. */
export const halves = (samples: readonly Sample[]): number => {
  const middle = samples.length >> 1
  const of = (part: readonly Sample[]): number => median(part.map(({ mb }) => mb))
  return of(samples.slice(middle)) / of(samples.slice(0, middle))
}
