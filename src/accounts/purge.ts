import type { Audit } from '../audit/log.ts'
import { inBatches } from '../operations/batches.ts'
import type { AccountStore } from '../stores/contracts.ts'
import type { Clock } from './needs.ts'

export type PurgePendingNeeds = {
  readonly accounts: Pick<AccountStore, 'purgePending'>
  readonly audit: Audit
  readonly clock: Clock
  /** How long an account may stay pending, in seconds. */
  readonly pendingSeconds: number
}

/** One transaction erases so many: it holds the store, and the loop, meanwhile. */
const BATCH = 50
const MOST_MS = 15_000

/** Erases accounts never activated, in bounded batches; says how many. What is left waits for the next call. */
export const makePurgePending =
  ({ accounts, audit, clock, pendingSeconds }: PurgePendingNeeds) =>
  async (signal?: AbortSignal): Promise<number> => {
    const before = new Date(clock().getTime() - pendingSeconds * 1000)
    const purged = (count: number) => ({ events: [audit.event('account.purged', { count })] })
    const erase = () => accounts.purgePending(before, BATCH, purged)
    return inBatches(erase, { batch: BATCH, mostMs: MOST_MS, signal })
  }
