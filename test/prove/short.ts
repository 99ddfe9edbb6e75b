import { expect, it } from '@jest/globals'
import { holds, type Part } from '../../scripts/prove/part.ts'
import { asTable } from '../../scripts/prove/report.ts'
import { runPart } from '../../scripts/prove/run.ts'

/** One test of the suite: the part's short form, every row within its bound. */
export const itHolds = (part: Part): void =>
  it(
    `${part.title} (${part.name}, short form)`,
    async () => {
      const proven = await runPart(part, { form: 'short', store: 'embedded', progress: () => undefined })
      if (proven.fault !== undefined || !proven.rows.every(holds)) throw new Error(asTable(proven))
      expect(proven.rows.length).toBeGreaterThan(0)
    },
    part.minutes.short * 60_000 + 90_000,
  )
