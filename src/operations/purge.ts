/** Removes what has had its time, in bounded batches: never long enough to delay a sign-in. */
import type { AuditStore, JobStore, Stores } from '../stores/contracts.ts'
import type { Log } from './log.ts'

export type PurgeNeeds = {
  readonly stores: Pick<Stores, 'purgeExpired'> & {
    readonly jobs: Pick<JobStore, 'purge'>
    readonly audit: Pick<AuditStore, 'close' | 'purge'>
  }
  /** Ends expired sessions and queues the logouts of their services; says how many (oidc/). */
  readonly endExpiredSessions: (now: Date, limit: number) => Promise<number>
  /** Erases accounts never activated (accounts/purge.ts). */
  readonly purgePending: () => Promise<number>
  /** How long the audit is kept, in seconds. */
  readonly auditSeconds: number
  readonly clock: () => Date
  readonly log: Pick<Log, 'warn' | 'info'>
}

const batch = 200
const batchesAtOnce = 25

/** Repeats until a batch is not full, `batchesAtOnce` times at most: the next turn goes on. */
const inBatches = async (act: () => Promise<number>): Promise<number> => {
  let total = 0
  for (let turn = 0; turn < batchesAtOnce; turn += 1) {
    const count = await act()
    total += count
    if (count < batch) break
  }
  return total
}

/** One turn of every purge, for makePeriodic. Sessions first: their services must be told before they vanish. */
export const makePurge =
  ({ stores, endExpiredSessions, purgePending, auditSeconds, clock, log }: PurgeNeeds) =>
  async (): Promise<void> => {
    const now = clock()
    await inBatches(() => endExpiredSessions(now, batch))
    await inBatches(() => stores.purgeExpired(now, batch))
    await purgePending()
    await inBatches(async () => {
      const lost = await stores.jobs.purge(now, batch)
      for (const { id, queue, kind, attempts } of lost)
        log.warn({ job: id, queue, kind, attempts }, 'a job expired undone')
      return lost.length
    })
    await stores.audit.close(now, false)
    const segments = await stores.audit.purge(new Date(now.getTime() - auditSeconds * 1000))
    if (segments > 0) log.info({ segments }, 'old audit segments were purged')
  }
