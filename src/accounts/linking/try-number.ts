import type { Audit } from '../../audit/log.ts'
import type { CrossCheck } from '../../identity/cross-check.ts'
import { limits } from '../../protection/limits.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { AccountStore, ThrottleStore } from '../../stores/contracts.ts'
import type { Clock, Throttled } from '../needs.ts'
import type { Arrival } from './arrival.ts'
import type { CrossCheckNumber } from './reconcile.ts'

export type NumberTried =
  /** May be theirs, as far as a number tells. */
  | { readonly kind: 'fits'; readonly check: CrossCheck }
  /** It says another sex, date or place of birth than the upstream. Whether somebody holds it was not looked at. */
  | { readonly kind: 'contradicts' }
  | Throttled

export type TryNumberNeeds = {
  readonly throttles: Pick<ThrottleStore, 'distinct'>
  readonly crossCheck: CrossCheckNumber
  readonly lookup: Lookup
  readonly audit: Audit
  readonly clock: Clock
}

export type TryNumber = (arrival: Arrival, number: string, request: string) => Promise<NumberTried>

/** A number typed by somebody whom an upstream vouches for. One identity may try few: it must not learn who has an account. */
export const makeTryNumber =
  ({ throttles, crossCheck, lookup, audit, clock }: TryNumberNeeds): TryNumber =>
  async ({ issuer, sub, upstream, identity }, number, request) => {
    const now = clock()
    const { policy } = limits.numbersOfIdentity
    const who = lookup.throttleKey('identity', `${issuer}\0${sub}`)
    const turn = await throttles.distinct('numbersOfIdentity', who, lookup.throttleKey('nir', number), policy, now)
    if (!turn.granted) {
      await audit.record('identity.refused', { upstream, reason: 'tooManyNumbers' }, request)
      return { kind: 'throttled', until: new Date(now.getTime() + policy.window * 1000) }
    }
    const check = crossCheck(number, identity)
    if (check.verdict !== 'contradicts') return { kind: 'fits', check }
    await audit.record('identity.refused', { upstream, reason: 'contradicts' }, request)
    return { kind: 'contradicts' }
  }

export type NumberStands = { readonly kind: 'held' | 'free' | 'contradicts' } | Throttled

/** « Je ne sais pas »: whether an account holds the number, told to who proved an identity that does not contradict it. */
export const makeFindByNumber =
  ({
    tryNumber,
    accounts,
    lookup,
  }: {
    readonly tryNumber: TryNumber
    readonly accounts: Pick<AccountStore, 'findHolder'>
    readonly lookup: Lookup
  }) =>
  async (arrival: Arrival, number: string, request: string): Promise<NumberStands> => {
    const tried = await tryNumber(arrival, number, request)
    if (tried.kind !== 'fits') return tried
    return { kind: (await accounts.findHolder(lookup.nir(number))) ? 'held' : 'free' }
  }
