import type { Audit } from '../../audit/log.ts'
import type { PersonalData } from '../../identity/person.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import type { Settle } from '../cases/settle.ts'
import { isFrozen } from '../frozen.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'
import { type Arrival, federatedOf, verifiedOf } from './arrival.ts'
import { type CrossCheckNumber, checkOf, contradicts, nirLevelOf } from './reconcile.ts'

export type LinkRequest = {
  /** Just proven to be the person's, by its own password. */
  readonly accountId: AccountId
  readonly arrival: Arrival
  readonly request: string
}

export type LinkOutcome =
  | { readonly kind: 'linked' }
  /** Sex, date, place of birth or birth name differ: nothing was linked. */
  | { readonly kind: 'contradicts' }
  /** The identity opens another account already. */
  | { readonly kind: 'held' }
  /** The account is not active any more. */
  | { readonly kind: 'refused' }
  /** An agent is to decide about the account, and this identity is not consistent enough with it to end that. */
  | { readonly kind: 'frozen' }

export type LinkNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'link'>
  readonly crossCheck: CrossCheckNumber
  readonly settle: Settle
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

/** Lets an identity open an account whose password was just given; its confirmed address is told, with a way to undo it. */
export const makeLinkIdentity = ({
  accounts,
  crossCheck,
  settle,
  envelope,
  lookup,
  outbox,
  audit,
  clock,
}: LinkNeeds) => {
  const link = async ({ accountId, arrival, request }: LinkRequest): Promise<LinkOutcome | 'again'> => {
    const account = await accounts.find(accountId)
    if (account?.status !== 'active') return { kind: 'refused' }
    const person = await openPerson(envelope, account)
    const { upstream, identity } = arrival
    const check = checkOf(crossCheck, person, identity)
    if (contradicts(check, person.birthName, identity)) {
      await audit.record('identity.refused', { account: accountId, upstream, reason: 'contradicts' }, request)
      return { kind: 'contradicts' }
    }
    if (isFrozen(account) && !(await settle.isConsistent(account, arrival))) return { kind: 'frozen' }
    const now = clock()
    const others = (person.identities ?? []).filter(
      ({ issuer, sub }) => issuer !== arrival.issuer || sub !== arrival.sub,
    )
    const data: PersonalData = {
      ...person,
      nirLevel: nirLevelOf(check),
      verified: verifiedOf(arrival),
      identities: [...others, federatedOf(arrival, now)],
    }
    const linked = await accounts.link(
      accountId,
      account.version,
      lookup.identity(arrival.issuer, arrival.sub),
      { sealed: await envelope.seal(accountId, data) },
      {
        events: [audit.event('identity.linked', { account: accountId, upstream }, request)],
        jobs: [outbox.mail('identityLinked', { accountId, upstream, ...linkAsked(now, {}) })],
      },
    )
    switch (linked) {
      case 'linked':
        await settle.settle(account, arrival, request)
        return { kind: 'linked' }
      case 'conflict':
        return 'again'
      case 'gone':
        return { kind: 'refused' }
      case 'held':
        await audit.record('identity.refused', { account: accountId, upstream, reason: 'held' }, request)
        return { kind: 'held' }
    }
  }

  return (asked: LinkRequest): Promise<LinkOutcome> => untilSettled(() => link(asked))
}
