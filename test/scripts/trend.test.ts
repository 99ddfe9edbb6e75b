import { describe, expect, it } from '@jest/globals'
import { halves, type Sample, slope } from '../../scripts/prove/soak/trend.ts'

/** An hour, a look every ten seconds, give or take a megabyte. */
const anHour = (mbAt: (hours: number) => number): readonly Sample[] =>
  Array.from({ length: 360 }, (_, look) => ({ hours: look / 360, mb: mbAt(look / 360) + (look % 3) - 1 }))

describe('the trend of a series', () => {
  it('is flat where it goes up and down only', () => {
    expect(Math.abs(slope(anHour(() => 100)))).toBeLessThan(0.2)
    expect(halves(anHour(() => 100))).toBeCloseTo(1, 2)
  })

  it('is what leaks in an hour', () => {
    expect(slope(anHour(hours => 100 + 12 * hours))).toBeCloseTo(12, 0)
    expect(halves(anHour(hours => 100 + 12 * hours))).toBeGreaterThan(1.05)
  })
})
