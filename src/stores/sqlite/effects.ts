import type { Effects } from '../contracts.ts'
import type { AuditWriter } from './audit.ts'
import type { JobWriter } from './jobs.ts'

/** Writes, within the transaction that runs, what comes with an act. */
export type WriteEffects = (effects: Effects) => void

export const makeWriteEffects =
  (audit: AuditWriter, jobs: JobWriter): WriteEffects =>
  ({ events, jobs: added }) => {
    if (events && events.length > 0) audit.write(events)
    if (added && added.length > 0) jobs.write(added)
  }
