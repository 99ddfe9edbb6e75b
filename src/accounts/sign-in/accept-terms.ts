import type { Audit } from '../../audit/log.ts'
import type { AcceptedTerms, AccountId, AccountStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import type { Clock } from '../needs.ts'

export type AcceptTermsNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly audit: Audit
  readonly clock: Clock
}

export type AcceptTermsOutcome = { readonly kind: 'accepted' } | { readonly kind: 'gone' }

/** Keeps the proof that a new version of the terms was accepted: version, hash of the text shown, time. */
export const makeAcceptTerms =
  ({ accounts, audit, clock }: AcceptTermsNeeds) =>
  (accountId: AccountId, shown: Omit<AcceptedTerms, 'acceptedAt'>, request: string): Promise<AcceptTermsOutcome> =>
    untilSettled(async () => {
      const account = await accounts.find(accountId)
      if (account?.status !== 'active') return { kind: 'gone' }
      // a second click: what was accepted first is the proof
      if (account.terms.version === shown.version && account.terms.hash === shown.hash) return { kind: 'accepted' }
      const terms: AcceptedTerms = { ...shown, acceptedAt: clock() }
      const changed = await accounts.change(
        accountId,
        account.version,
        { terms },
        { events: [audit.event('terms.accepted', { account: accountId, version: shown.version }, request)] },
      )
      if (changed === 'conflict') return 'again'
      return { kind: changed === 'changed' ? 'accepted' : 'gone' }
    })
