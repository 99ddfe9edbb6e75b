import type { Audit } from '../../audit/log.ts'
import type { PersonalData } from '../../identity/person.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Busy, Passwords, Place } from '../../protection/passwords.ts'
import type { Envelope } from '../../protection/vault.ts'
import type { AccountId, AccountRecord, AccountStore } from '../../stores/contracts.ts'
import { sameSessions, untilSettled } from '../attempts.ts'
import { isFrozen } from '../frozen.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'

export type SetPasswordRequest = {
  /** Of the session, in which an upstream has just vouched for its person. */
  readonly accountId: AccountId
  readonly password: string
  readonly request: string
}

export type SetPasswordOutcome<Faults> =
  /** `changed`: every session ended with it, on to sign-in. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'weak'; readonly faults: Faults }
  | { readonly kind: 'gone' }
  /** An agent is to decide about the account: it gets no other way in meanwhile. */
  | { readonly kind: 'frozen' }
  | Busy

export type SetPasswordNeeds<Faults extends readonly unknown[]> = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly passwords: Pick<Passwords, 'admit'>
  readonly passwordFaults: (password: string, person: PersonalData) => Faults
  readonly envelope: Envelope
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
  readonly endAccount: (accountId: AccountId, by: 'person') => Promise<void>
}

/** A first password would be a way in that was not there when the case was opened. */
const opensNewly = (account: AccountRecord): boolean => isFrozen(account) && account.passwordHash === undefined

/** A first password, or another one, chosen by who has just shown who they are otherwise. Told by mail, every session ended. */
export const makeSetPassword = <Faults extends readonly unknown[]>(needs: SetPasswordNeeds<Faults>) => {
  const { accounts, passwords, passwordFaults, envelope, outbox, audit, clock, endAccount } = needs

  const change = (before: AccountRecord, passwordHash: string, request: string): Promise<SetPasswordOutcome<Faults>> =>
    untilSettled(async (): Promise<SetPasswordOutcome<Faults> | 'again'> => {
      const account = await accounts.find(before.id)
      if (account?.status !== 'active' || !sameSessions(before, account)) return { kind: 'gone' }
      if (opensNewly(account)) return { kind: 'frozen' }
      const now = clock()
      const accountId = account.id
      const changed = await accounts.change(
        accountId,
        account.version,
        { passwordHash, passwordChangedAt: now, validAfter: now },
        {
          events: [audit.event('password.changed', { account: accountId, by: 'person' }, request)],
          jobs: [outbox.mail('passwordChanged', { accountId, at: now.toISOString() })],
        },
      )
      if (changed === 'conflict') return 'again'
      return { kind: changed }
    })

  const set = async (
    { accountId, password, request }: SetPasswordRequest,
    place: Place,
  ): Promise<SetPasswordOutcome<Faults>> => {
    const account = await accounts.find(accountId)
    if (account?.status !== 'active') return { kind: 'gone' }
    if (opensNewly(account)) return { kind: 'frozen' }
    const faults = passwordFaults(password, await openPerson(envelope, account))
    if (faults.length > 0) return { kind: 'weak', faults }
    const { hash } = await place.hash(password)
    const outcome = await change(account, hash, request)
    // what this misses is refused anyway: `validAfter` decides
    if (outcome.kind === 'changed') await endAccount(accountId, 'person')
    return outcome
  }

  return (asked: SetPasswordRequest): Promise<SetPasswordOutcome<Faults>> => passwords.admit(place => set(asked, place))
}
