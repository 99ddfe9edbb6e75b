/** The proof of having filled in the form: the link alone only says whose mailbox it is. */
import type { Audit } from '../../audit/log.ts'
import { countNetwork } from '../../protection/by-network.ts'
import { limits } from '../../protection/limits.ts'
import type { Busy, Passwords, Place } from '../../protection/passwords.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore, MailedLink, ThrottleStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import { type FoundLink, findLink, WRONG_PASSWORDS } from '../links.ts'
import type { Clock, Throttled } from '../needs.ts'

export type Proof =
  /** The sealed cookie of the browser that signed up, opened. */
  { readonly kind: 'browser'; readonly accountId: AccountId } | { readonly kind: 'password'; readonly password: string }

export type ProofFailed =
  /** The cookie is of another sign-up, or there is none: the password is to be asked. */
  | { readonly kind: 'passwordNeeded' }
  | { readonly kind: 'wrongPassword' }
  /** Five wrong passwords: this link is dead. */
  | { readonly kind: 'voided' }
  | { readonly kind: 'unknown' }
  | Throttled
  | Busy

export type ProofNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'change'>
  readonly throttles: Pick<ThrottleStore, 'count'>
  readonly passwords: Pick<Passwords, 'admit'>
  readonly audit: Audit
  readonly clock: Clock
  readonly lookup: Lookup
}

export type Proven = { readonly kind: 'proven' } | ProofFailed

type Given = { readonly token: string; readonly network: string; readonly request: string }

type Counted = { readonly kind: 'counted'; readonly found: FoundLink } | { readonly kind: 'voided' | 'unknown' }

export const makeProve = ({ accounts, throttles, passwords, lookup, audit, clock }: ProofNeeds) => {
  const write = (found: FoundLink, wrongPasswords: number) => {
    const activation: MailedLink = { ...found.link, wrongPasswords }
    return accounts.change(found.account.id, found.account.version, { activation }, {})
  }

  /** Counted as wrong before hashing, so that tries made at once are not more than those made in turn. */
  const takeTry = (token: string): Promise<Counted> =>
    untilSettled(async (): Promise<Counted | 'again'> => {
      const found = await findLink(accounts, 'activation', token)
      if (!found) return { kind: 'unknown' }
      const wrongPasswords = found.link.wrongPasswords + 1
      if (wrongPasswords > WRONG_PASSWORDS) return { kind: 'voided' }
      const changed = await write(found, wrongPasswords)
      if (changed === 'conflict') return 'again'
      if (changed === 'gone') return { kind: 'unknown' }
      return { kind: 'counted', found: { account: found.account, link: { ...found.link, wrongPasswords } } }
    })

  const giveBack = (token: string): Promise<void> =>
    untilSettled(async () => {
      const found = await findLink(accounts, 'activation', token)
      if (!found || found.link.wrongPasswords === 0) return
      return (await write(found, found.link.wrongPasswords - 1)) === 'conflict' ? 'again' : undefined
    })

  const byPassword = async (id: AccountId, password: string, given: Given, place: Place): Promise<Proven> => {
    const { token, network, request } = given
    const { policy } = limits.activationNetwork
    const turn = await countNetwork({ throttles, lookup }, 'activationNetwork', network, policy, clock())
    if (!turn.granted) return { kind: 'throttled', until: turn.until }
    const counted = await takeTry(token)
    if (counted.kind !== 'counted') return { kind: counted.kind }

    const { account, link } = counted.found
    const checked = await place.verify(account.passwordHash, password)
    if (checked.right) {
      await giveBack(token)
      return { kind: 'proven' }
    }
    const voided = link.wrongPasswords >= WRONG_PASSWORDS
    await audit.record('activation.refused', { account: id, reason: voided ? 'voided' : 'password' }, request)
    return voided ? { kind: 'voided' } : { kind: 'wrongPassword' }
  }

  /** Exactly one argon2 verification when the proof is a password, none otherwise. */
  return async (accountId: AccountId, proof: Proof, given: Given): Promise<Proven> => {
    if (proof.kind === 'password') return passwords.admit(place => byPassword(accountId, proof.password, given, place))
    return proof.accountId === accountId ? { kind: 'proven' } : { kind: 'passwordNeeded' }
  }
}
