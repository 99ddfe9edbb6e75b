import { linkAsked, type Outbox } from '../mail/outbox.ts'
import { limits } from '../protection/limits.ts'
import type { AccountId, AccountStore, JobStore, Language, ThrottleStore } from '../stores/contracts.ts'
import { findLink, type LinkPurpose, linkState } from './links.ts'
import type { Clock } from './needs.ts'

export type LinkRead =
  | { readonly kind: 'open'; readonly accountId: AccountId; readonly language: Language; readonly expiresAt: Date }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used' }
  /** Five wrong passwords: it opens nothing any more, another one may be asked for. */
  | { readonly kind: 'voided' }
  | { readonly kind: 'unknown' }

export type ReadLinkNeeds = { readonly accounts: Pick<AccountStore, 'find'>; readonly clock: Clock }

/** What a mailed link is worth, changing nothing: mail filters open links too. */
export const makeReadLink =
  ({ accounts, clock }: ReadLinkNeeds) =>
  async (purpose: LinkPurpose, token: string): Promise<LinkRead> => {
    const found = await findLink(accounts, purpose, token)
    if (!found) return { kind: 'unknown' }
    const { account, link } = found
    const state = linkState(purpose, account, link, clock())
    if (state !== 'open') return { kind: state }
    return { kind: 'open', accountId: account.id, language: account.language, expiresAt: link.expiresAt }
  }

export type RenewLinkNeeds = ReadLinkNeeds & {
  readonly jobs: Pick<JobStore, 'add'>
  readonly throttles: Pick<ThrottleStore, 'count'>
  readonly outbox: Outbox
}

/**
 * « Recevoir un nouveau lien », from a dead one: mailed to the same account's address, or silently not (throttled, unknown).
 * The answer is always the same.
 */
export const makeRenewLink =
  ({ accounts, jobs, throttles, outbox, clock }: RenewLinkNeeds) =>
  async (purpose: LinkPurpose, token: string): Promise<{ readonly kind: 'done' }> => {
    const found = await findLink(accounts, purpose, token)
    if (!found) return { kind: 'done' }
    const now = clock()
    const { id } = found.account
    const turn = await throttles.count('resend', id, limits.resend.policy, now)
    const kind = purpose === 'activation' ? 'signUp' : 'recovery'
    if (turn.granted) await jobs.add([outbox.mail(kind, { accountId: id, ...linkAsked(now) })])
    return { kind: 'done' }
  }
