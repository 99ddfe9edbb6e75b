/** What somebody who signs in is told of the cases about their account, and what a holder answers. */
import type { Audit } from '../../audit/log.ts'
import type { AccountId, AccountStore } from '../../stores/contracts.ts'
import type { CaseId, CaseRecord, CaseStore, CaseVerdict } from '../../stores/contracts-cases.ts'
import { untilSettled } from '../attempts.ts'
import type { Party } from './telling.ts'

export type CaseStanding = {
  readonly reference: CaseId
  readonly party: Party
  readonly openedAt: Date
  /** An agent answers by then. */
  readonly dueBy: Date
  readonly holderSays: CaseRecord['holderSays'] | undefined
  /** Told to both, and carried out on that date. */
  readonly decision: { readonly verdict: CaseVerdict; readonly effectiveAt: Date } | undefined
}

export type CaseStandingNeeds = {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly cases: Pick<CaseStore, 'find' | 'change'>
  readonly audit: Audit
}

export const makeCaseStanding = ({ accounts, cases, audit }: CaseStandingNeeds) => {
  const standingOf = (accountId: AccountId, record: CaseRecord): CaseStanding => {
    const { decision } = record
    // one that awaits its second agent may yet not be
    const isTold = decision && record.nextAt !== undefined
    return {
      reference: record.id,
      party: record.holder === accountId ? 'holder' : 'claimant',
      openedAt: record.openedAt,
      dueBy: record.dueBy,
      holderSays: record.holderSays,
      decision: isTold ? { verdict: decision.verdict, effectiveAt: decision.effectiveAt } : undefined,
    }
  }

  const standing = async (accountId: AccountId): Promise<readonly CaseStanding[]> => {
    const account = await accounts.find(accountId)
    const found = await Promise.all((account?.cases ?? []).map(id => cases.find(id)))
    return found
      .filter(record => record !== undefined)
      .filter(({ status }) => status !== 'closed')
      .map(record => standingOf(accountId, record))
  }

  return {
    standing,
    /** Nothing is decided by it: agents see it. The last answer stands. */
    answer: (
      accountId: AccountId,
      id: CaseId,
      says: 'wasMe' | 'wasNotMe',
      request: string,
    ): Promise<'noted' | 'none'> =>
      untilSettled(async () => {
        const record = await cases.find(id)
        if (record?.holder !== accountId || record.status === 'closed') return 'none'
        if (record.holderSays === says) return 'noted'
        const changed = await cases.change({ ...record, holderSays: says }, record.version, {
          events: [audit.event('case.answered', { case: id, account: accountId, says }, request)],
        })
        return changed === 'changed' ? 'noted' : 'again'
      }),
  }
}
