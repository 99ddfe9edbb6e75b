/** Removes what has had its time, in bounded batches: never long enough to delay a sign-in. */
import type { AuditStore, JobStore, Stores } from '../stores/contracts.ts'
import type { CaseStore } from '../stores/contracts-cases.ts'
import { inBatches } from './batches.ts'
import type { Log } from './log.ts'

export type PurgeNeeds = {
  readonly stores: Pick<Stores, 'purgeExpired'> & {
    readonly jobs: Pick<JobStore, 'purge'>
    readonly audit: Pick<AuditStore, 'close' | 'purge'>
    readonly cases: Pick<CaseStore, 'purge'>
  }
  /** Ends expired sessions and queues the logouts of their services; says how many (oidc/). */
  readonly endExpiredSessions: (now: Date, limit: number) => Promise<number>
  /** Carries out the decisions of cases whose moment has come; says how many. */
  readonly advanceCases: (limit: number) => Promise<number>
  /** Erases accounts never activated (accounts/purge.ts). */
  readonly purgePending: (signal?: AbortSignal) => Promise<number>
  /** How long the audit is kept, and cases that are closed, in seconds. */
  readonly auditSeconds: number
  readonly clock: () => Date
  /** How long one turn goes on for each kind, in ms. */
  readonly mostMs?: number
  readonly log: Pick<Log, 'warn' | 'info'>
}

/** One statement or transaction at most holds the loop for so many rows. */
const BATCH = 100
/** Of each kind in one turn. A process that serves as much as it can makes some thousand rows a second that expire. */
const MOST_MS = 15_000

/** One turn of every purge, for makePeriodic. Sessions first: their services must be told before they vanish. */
export const makePurge =
  ({
    stores,
    endExpiredSessions,
    advanceCases,
    purgePending,
    auditSeconds,
    clock,
    mostMs = MOST_MS,
    log,
  }: PurgeNeeds) =>
  async (signal?: AbortSignal): Promise<void> => {
    const now = clock()
    const purge = (act: () => Promise<number>) => inBatches(act, { batch: BATCH, mostMs, signal })
    await purge(() => endExpiredSessions(now, BATCH))
    await purge(() => stores.purgeExpired(now, BATCH))
    if (signal?.aborted) return
    await purge(() => advanceCases(BATCH))
    await purgePending(signal)
    await purge(async () => {
      const lost = await stores.jobs.purge(now, BATCH)
      for (const { id, queue, kind, attempts } of lost)
        log.warn({ job: id, queue, kind, attempts }, 'a job expired undone')
      return lost.length
    })
    if (signal?.aborted) return
    await stores.audit.close(now, false)
    const old = new Date(now.getTime() - auditSeconds * 1000)
    await purge(() => stores.cases.purge(old, BATCH))
    const segments = await stores.audit.purge(old)
    if (segments > 0) log.info({ segments }, 'old audit segments were purged')
  }
