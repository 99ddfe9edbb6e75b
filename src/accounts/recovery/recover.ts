import type { Audit } from '../../audit/log.ts'
import type { PersonalData } from '../../identity/person.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Busy, Passwords, Place } from '../../protection/passwords.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore, MailedLink, ThrottleStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import { findLink, linkState } from '../links.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'
import { strangersCounter } from '../sign-in/turn.ts'

export type RecoverRequest = { readonly token: string; readonly password: string; readonly request: string }

export type RecoverOutcome<Faults> =
  /** Nobody is signed in by it: on to sign-in, with the service that the person came from. */
  | { readonly kind: 'changed'; readonly accountId: AccountId; readonly cameFrom: string | undefined }
  | { readonly kind: 'weak'; readonly faults: Faults }
  | { readonly kind: 'expired' }
  | { readonly kind: 'used' }
  | { readonly kind: 'unknown' }
  | Busy

export type RecoverNeeds<Faults extends readonly unknown[]> = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly throttles: Pick<ThrottleStore, 'reset'>
  readonly passwords: Pick<Passwords, 'admit'>
  /** The password's faults for this person; none when it may be taken. */
  readonly passwordFaults: (password: string, person: PersonalData) => Faults
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
  /** Ends sessions, grants and tokens, services told. What it misses is refused anyway: `validAfter` decides. */
  readonly endAccount: (accountId: AccountId, by: 'recovery') => Promise<void>
}

/** A new password by a mailed link: every link and session of the account dies with it, and the person is told by mail. */
export const makeRecover = <Faults extends readonly unknown[]>(needs: RecoverNeeds<Faults>) => {
  const { accounts, throttles, passwords, passwordFaults, envelope, lookup, outbox, audit, clock, endAccount } = needs

  const read = async (token: string) => {
    const found = await findLink(accounts, 'recovery', token)
    if (!found || found.account.status === 'pending') return 'unknown'
    const state = linkState('recovery', found.account, found.link, clock())
    return state === 'open' ? found : state === 'voided' ? 'unknown' : state
  }

  const change = (token: string, passwordHash: string, request: string): Promise<RecoverOutcome<Faults>> =>
    untilSettled(async (): Promise<RecoverOutcome<Faults> | 'again'> => {
      const found = await read(token)
      if (typeof found === 'string') return { kind: found }
      const now = clock()
      const { account, link } = found
      const recovery: MailedLink = { ...link, usedAt: now }
      const changed = await accounts.change(
        account.id,
        account.version,
        { passwordHash, passwordChangedAt: now, validAfter: now, recovery },
        {
          events: [audit.event('password.changed', { account: account.id, by: 'recovery' }, request)],
          jobs: [outbox.mail('passwordChanged', { accountId: account.id, at: now.toISOString() })],
        },
      )
      if (changed === 'conflict') return 'again'
      return changed === 'gone'
        ? { kind: 'unknown' }
        : { kind: 'changed', accountId: account.id, cameFrom: account.cameFrom }
    })

  const renew = async ({ token, password, request }: RecoverRequest, place: Place): Promise<RecoverOutcome<Faults>> => {
    const found = await read(token)
    if (typeof found === 'string') return { kind: found }
    const person = await openPerson(envelope, found.account)
    const faults = passwordFaults(password, person)
    if (faults.length > 0) return { kind: 'weak', faults }

    const { hash } = await place.hash(password)
    // before too: services are told even if this process dies half-way; the link then still opens
    await endAccount(found.account.id, 'recovery')
    const outcome = await change(token, hash, request)
    if (outcome.kind === 'changed') {
      await endAccount(outcome.accountId, 'recovery')
      // failures with the former password are no reason to wait before the new one
      if (person.nir) await throttles.reset(...strangersCounter(lookup, person.nir.number))
    }
    return outcome
  }

  return (asked: RecoverRequest): Promise<RecoverOutcome<Faults>> => passwords.admit(place => renew(asked, place))
}
