/**
 * A sub that has changed: FranceConnect's follows the civil status, so who comes under a new one has another civil status too, and
 * resemblance proves nothing. A link mailed to the confirmed address of the account does, with the same birth as before.
 */
import type { Audit } from '../../audit/log.ts'
import type { PersonalData } from '../../identity/person.ts'
import { sameBirth } from '../../identity/pivot-identity.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore, JobStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import { isFrozen } from '../frozen.ts'
import { findLink, linkState } from '../links.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'
import { type Arrival, federatedOf, verifiedOf } from './arrival.ts'
import { type CrossCheckNumber, checkOf } from './reconcile.ts'
import type { NumberTried, TryNumber } from './try-number.ts'

export type AskMoveOutcome = Exclude<NumberTried, { readonly kind: 'fits' }> | { readonly kind: 'asked' }

/** Asks for that link. The answer is the same whether one leaves or not: the mail worker decides. */
export const makeAskMove =
  ({
    tryNumber,
    jobs,
    outbox,
    clock,
  }: {
    readonly tryNumber: TryNumber
    readonly jobs: Pick<JobStore, 'add'>
    readonly outbox: Outbox
    readonly clock: Clock
  }) =>
  async (arrival: Arrival, number: string, request: string): Promise<AskMoveOutcome> => {
    const tried = await tryNumber(arrival, number, request)
    if (tried.kind !== 'fits') return tried
    await jobs.add([outbox.mail('moveIdentity', { nir: number, ...linkAsked(clock(), {}) })])
    return { kind: 'asked' }
  }

export type MoveOutcome =
  | { readonly kind: 'moved'; readonly accountId: AccountId }
  /** No such link now, or another birth than the account's, or a case about it, or the identity opens another account. */
  | { readonly kind: 'refused' }

export type MoveNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'link'>
  readonly crossCheck: CrossCheckNumber
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

export const makeMove = ({ accounts, crossCheck, envelope, lookup, outbox, audit, clock }: MoveNeeds) => {
  const move = async (token: string, arrival: Arrival, request: string): Promise<MoveOutcome | 'again'> => {
    const found = await findLink(accounts, 'move', token)
    if (found?.account.status !== 'active') return { kind: 'refused' }
    const { account, link } = found
    const now = clock()
    if (linkState('move', account, link, now) !== 'open' || isFrozen(account)) return { kind: 'refused' }
    const person = await openPerson(envelope, account)
    const { upstream, identity, issuer } = arrival
    const check = checkOf(crossCheck, person, identity)
    if (!person.verified || !sameBirth(person.verified.identity, identity) || check.verdict === 'contradicts') {
      await audit.record('identity.refused', { account: account.id, upstream, reason: 'contradicts' }, request)
      return { kind: 'refused' }
    }
    const former = (person.identities ?? []).filter(one => one.issuer === issuer)
    const others = (person.identities ?? []).filter(one => one.issuer !== issuer)
    const data: PersonalData = {
      ...person,
      verified: verifiedOf(arrival),
      identities: [...others, federatedOf(arrival, now)],
    }
    const linked = await accounts.link(
      account.id,
      account.version,
      lookup.identity(issuer, arrival.sub),
      { sealed: await envelope.seal(account.id, data), moveLink: { ...link, usedAt: now } },
      {
        events: [audit.event('identity.linked', { account: account.id, upstream }, request)],
        jobs: [outbox.mail('identityLinked', { accountId: account.id, upstream, ...linkAsked(now, {}) })],
      },
      // the former sub comes no more
      former.flatMap(({ sub }) => lookup.identity(issuer, sub)),
    )
    if (linked === 'conflict') return 'again'
    if (linked !== 'linked') return { kind: 'refused' }
    return { kind: 'moved', accountId: account.id }
  }

  return (token: string, arrival: Arrival, request: string): Promise<MoveOutcome> =>
    untilSettled(() => move(token, arrival, request))
}
