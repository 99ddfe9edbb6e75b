import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import type { NumberedPerson, PersonalData } from '../../identity/person.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AcceptedTerms, AccountId, AccountStore, Language } from '../../stores/contracts.ts'
import type { Clock, Throttled } from '../needs.ts'
import { type Device, rememberDevice } from '../sign-in/devices.ts'
import { type Arrival, federatedOf, methodsOf, verifiedOf } from './arrival.ts'
import type { Arrived } from './arrive.ts'
import { nirLevelOf } from './reconcile.ts'
import type { TryNumber } from './try-number.ts'

/** What the form asks of somebody whose civil status an upstream sent. */
export type CompletedPerson = Omit<NumberedPerson, 'birthName' | 'civilStatus' | 'nirLevel' | 'verified' | 'identities'>

export type OpenRequest = {
  /** Drawn when the person arrived: a retry after a crash finds its own account. */
  readonly accountId: AccountId
  readonly arrival: Arrival
  readonly person: CompletedPerson
  readonly language: Language
  /** Proof of what was shown. */
  readonly terms: Omit<AcceptedTerms, 'acceptedAt'>
  readonly devices: readonly Device[]
  readonly serviceId?: string | undefined
  readonly request: string
}

export type OpenOutcome =
  | Arrived
  /** The number says another sex, date or place of birth than the upstream. Whether somebody holds it was not looked at. */
  | { readonly kind: 'contradicts' }
  /** Another account holds the number: said to who proved an identity that does not contradict it. */
  | { readonly kind: 'numberHeld' }
  /** This identity opens an account by now: another tab was faster. */
  | { readonly kind: 'identityHeld' }
  | Throttled

export type OpenNeeds = {
  readonly accounts: Pick<AccountStore, 'open'>
  readonly tryNumber: TryNumber
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

/**
 * Opens an account from what an upstream vouches for: active at once, without password, its address unconfirmed until its own
 * link is opened. The store settles who is first for a number and for an identity.
 */
export const makeOpenAccount = (needs: OpenNeeds) => {
  const { accounts, tryNumber, envelope, lookup, outbox, audit, clock } = needs

  return async (asked: OpenRequest): Promise<OpenOutcome> => {
    const { accountId, arrival, person, language, terms, devices, serviceId, request } = asked
    const { upstream, identity } = arrival
    const now = clock()
    const tried = await tryNumber(arrival, person.nir.number, request)
    if (tried.kind !== 'fits') return tried
    const data: PersonalData = {
      ...person,
      birthName: identity.familyName,
      civilStatus: { level: 'verified', source: upstream, at: arrival.at.toISOString() },
      nirLevel: nirLevelOf(tried.check),
      verified: verifiedOf(arrival),
      identities: [federatedOf(arrival, now)],
    }
    const service = serviceId ? { service: serviceId } : {}
    const opened = await accounts.open(
      {
        id: accountId,
        status: 'active',
        version: 1,
        sealed: await envelope.seal(accountId, data),
        language,
        validAfter: now,
        terms: { ...terms, acceptedAt: now },
        nirKeys: lookup.nir(person.nir.number),
        emailKeys: lookup.email(normaliseEmail(person.email)),
        identityKeys: lookup.identity(arrival.issuer, arrival.sub),
        createdAt: now,
        activatedAt: now,
        ...(serviceId ? { cameFrom: serviceId } : {}),
      },
      {
        events: [
          audit.event('signUp.federated', { account: accountId, upstream, ...service }, request),
          audit.event('signIn.succeeded', { account: accountId, ...service, newDevice: true, upstream }, request),
        ],
        jobs: [outbox.mail('confirmEmail', { accountId, ...linkAsked(now, {}) })],
      },
    )
    switch (opened) {
      case 'opened':
      case 'exists':
        return {
          kind: 'signedIn',
          accountId,
          acr: arrival.acr,
          amr: methodsOf(arrival),
          at: now,
          devices: rememberDevice(devices, accountId),
        }
      case 'numberHeld':
        await audit.record('identity.refused', { upstream, reason: 'numberHeld' }, request)
        return { kind: 'numberHeld' }
      case 'identityHeld':
        return { kind: 'identityHeld' }
    }
  }
}
