import type { Audit } from '../audit/log.ts'
import type { AccountStore } from '../stores/contracts.ts'
import type { Clock } from './needs.ts'

export type PurgePendingNeeds = {
  readonly accounts: Pick<AccountStore, 'purgePending'>
  readonly audit: Audit
  readonly clock: Clock
  /** How long an account may stay pending, in seconds. */
  readonly pendingSeconds: number
}

const BATCH = 200
const BATCHES = 50

/** Erases accounts never activated, in bounded batches; says how many. What is left waits for the next call. */
export const makePurgePending =
  ({ accounts, audit, clock, pendingSeconds }: PurgePendingNeeds) =>
  async (): Promise<number> => {
    const before = new Date(clock().getTime() - pendingSeconds * 1000)
    let count = 0
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const erased = await accounts.purgePending(before, BATCH)
      count += erased
      if (erased < BATCH) break
    }
    if (count > 0) await audit.record('account.purged', { count })
    return count
  }
