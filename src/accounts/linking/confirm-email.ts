import type { Audit } from '../../audit/log.ts'
import type { AccountStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import { findLink, linkState } from '../links.ts'
import type { Clock } from '../needs.ts'

export type ConfirmEmailOutcome =
  | { readonly kind: 'confirmed'; readonly cameFrom: string | undefined }
  | { readonly kind: 'expired' | 'used' | 'voided' | 'unknown' }

export type ConfirmEmailNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly audit: Audit
  readonly clock: Clock
}

/** The address is the person's: its own link was opened, and its button pressed. */
export const makeConfirmEmail = ({ accounts, audit, clock }: ConfirmEmailNeeds) => {
  const confirm = async (token: string, request: string): Promise<ConfirmEmailOutcome | 'again'> => {
    const found = await findLink(accounts, 'email', token)
    if (!found) return { kind: 'unknown' }
    const { account, link } = found
    const now = clock()
    const state = linkState('email', account, link, now)
    // pressed twice, or the page reloaded: it is confirmed, and that is what they are told
    if (state === 'used' && account.emailVerifiedAt) return { kind: 'confirmed', cameFrom: account.cameFrom }
    if (state !== 'open') return { kind: state }
    const changed = await accounts.change(
      account.id,
      account.version,
      { emailVerifiedAt: now, emailLink: { ...link, usedAt: now } },
      { events: [audit.event('email.confirmed', { account: account.id }, request)] },
    )
    if (changed === 'conflict') return 'again'
    return changed === 'gone' ? { kind: 'unknown' } : { kind: 'confirmed', cameFrom: account.cameFrom }
  }

  return (token: string, request: string): Promise<ConfirmEmailOutcome> => untilSettled(() => confirm(token, request))
}
