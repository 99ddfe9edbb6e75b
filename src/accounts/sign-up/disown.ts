import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import { limits } from '../../protection/limits.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountRecord, AccountStore, ThrottleStore } from '../../stores/contracts.ts'
import { accountOfToken, findLink } from '../links.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'

export type DisownNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'erasePending'>
  readonly throttles: Pick<ThrottleStore, 'count' | 'reset'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly audit: Audit
  readonly clock: Clock
}

export type DisownOutcome =
  /** Nothing of it remains: erased now, before, or purged. */
  | { readonly kind: 'erased' }
  /** The account has been activated: it is not pending any more. */
  | { readonly kind: 'used' }
  | { readonly kind: 'unknown' }

/** « Je n'ai rien demandé »: whoever owns the mailbox erases the pending account, even by a link that has expired. */
export const makeDisown = ({ accounts, throttles, envelope, lookup, audit, clock }: DisownNeeds) => {
  /** Mails that others used up are given back, once a day: their owner may sign up. */
  const giveBack = async (account: AccountRecord): Promise<void> => {
    const { email } = await openPerson(envelope, account)
    const key = lookup.throttleKey('email', normaliseEmail(email))
    const { policy } = limits.mailAddressGivenBack
    const turn = await throttles.count('mailAddressGivenBack', key, policy, clock())
    if (turn.granted) await throttles.reset('mailAddress', key)
  }

  return async ({ token, request }: { readonly token: string; readonly request: string }): Promise<DisownOutcome> => {
    const id = accountOfToken(token)
    if (id === undefined) return { kind: 'unknown' }
    const found = await findLink(accounts, 'activation', token)
    // looked for after: a second click may find it erased at any moment, and its id never comes back
    if (!found) return { kind: (await accounts.find(id)) ? 'unknown' : 'erased' }
    if (found.account.status === 'pending') await giveBack(found.account)

    const erased = await accounts.erasePending(id, {
      events: [audit.event('activation.disowned', { account: id }, request)],
    })
    return erased === 'notPending' ? { kind: 'used' } : { kind: 'erased' }
  }
}
