import { expect, it } from '@jest/globals'
import type { Part } from '../../scripts/prove/part.ts'
import { asFailure, isProven } from '../../scripts/prove/report.ts'
import { runPart } from '../../scripts/prove/run.ts'

/** One test of the suite: the part's short form, every row within its bound. */
export const itHolds = (part: Part): void =>
  it(
    `${part.title} (${part.name}, short form)`,
    async () => {
      const proven = await runPart(part, { form: 'short', store: 'embedded', progress: () => undefined })
      if (!isProven(proven)) throw new Error(asFailure(proven))
      expect(isProven(proven)).toBe(true)
    },
    part.minutes.short * 60_000 + 90_000,
  )
