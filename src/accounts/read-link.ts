import { linkAsked, type Outbox } from '../mail/outbox.ts'
import { limits } from '../protection/limits.ts'
import type { AccountId, AccountStore, JobStore, Language, ThrottleStore } from '../stores/contracts.ts'
import { accountOfToken, findLink, type LinkPurpose, linkState, wasReplaced } from './links.ts'
import type { Clock } from './needs.ts'

export type LinkRead =
  | { readonly kind: 'open'; readonly accountId: AccountId; readonly language: Language; readonly expiresAt: Date }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used' }
  /** A newer one has been mailed since, or the address corrected. */
  | { readonly kind: 'replaced' }
  /** Five wrong passwords: it opens nothing any more, another one may be asked for. */
  | { readonly kind: 'voided' }
  | { readonly kind: 'unknown' }

export type ReadLinkNeeds = { readonly accounts: Pick<AccountStore, 'find'>; readonly clock: Clock }

/** A whole token that fits no link now: of an account that has another one, or that needs none any more. */
const formerLink = async (
  accounts: Pick<AccountStore, 'find'>,
  purpose: LinkPurpose,
  token: string,
): Promise<LinkRead> => {
  const id = accountOfToken(token)
  const account = id === undefined ? undefined : await accounts.find(id)
  if (!wasReplaced(account, purpose)) return { kind: 'unknown' }
  return { kind: purpose === 'activation' && account?.status !== 'pending' ? 'used' : 'replaced' }
}

/** What a mailed link is worth, changing nothing: mail filters open links too. */
export const makeReadLink =
  ({ accounts, clock }: ReadLinkNeeds) =>
  async (purpose: LinkPurpose, token: string): Promise<LinkRead> => {
    const found = await findLink(accounts, purpose, token)
    if (!found) return formerLink(accounts, purpose, token)
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
    if (turn.granted) await jobs.add([outbox.mail(kind, { accountId: id, ...linkAsked(now, { fromLink: true }) })])
    return { kind: 'done' }
  }
