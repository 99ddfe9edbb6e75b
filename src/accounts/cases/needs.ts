import type { Audit } from '../../audit/log.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountRecord, AccountStore } from '../../stores/contracts.ts'
import type { CaseId, CaseStore } from '../../stores/contracts-cases.ts'
import type { Clock } from '../needs.ts'
import type { Telling } from './telling.ts'

export type CaseNeeds = {
  readonly accounts: Pick<
    AccountStore,
    'find' | 'change' | 'link' | 'unlink' | 'takeNumber' | 'giveUpNumber' | 'releaseNumber'
  >
  readonly cases: CaseStore
  readonly telling: Telling
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly audit: Audit
  readonly clock: Clock
  /** Ends sessions, grants and tokens, services told. */
  readonly endAccount: (accountId: AccountId, by: 'agent') => Promise<void>
}

export const stands = (account: AccountRecord | undefined): account is AccountRecord =>
  account?.status === 'active' || account?.status === 'suspended'

/** What an account's `cases` become; undefined when none is left. */
export const withoutCase = (
  { cases = [] }: AccountRecord,
  id: CaseId,
): { readonly cases: AccountRecord['cases'] | undefined } => {
  const left = cases.filter(other => other !== id)
  return { cases: left.length > 0 ? left : undefined }
}
