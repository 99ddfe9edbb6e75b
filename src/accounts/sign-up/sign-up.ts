import { randomBytes } from 'node:crypto'
import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import type { NumberedPerson, PersonalData } from '../../identity/person.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import { countNetwork, networkKey } from '../../protection/by-network.ts'
import { limits } from '../../protection/limits.ts'
import type { Busy, Passwords, Place } from '../../protection/passwords.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type {
  AcceptedTerms,
  AccountId,
  AccountStore,
  CountPolicy,
  Language,
  ThrottleStore,
} from '../../stores/contracts.ts'
import type { Clock, Throttled } from '../needs.ts'

/** What the form says of a person, parsed. */
export type DeclaredPerson = Omit<NumberedPerson, 'civilStatus' | 'nirLevel' | 'verified' | 'identities'>

export type SignUpRequest = {
  readonly person: DeclaredPerson
  readonly password: string
  readonly language: Language
  /** Proof of what was shown. */
  readonly terms: Omit<AcceptedTerms, 'acceptedAt'>
  readonly serviceId?: string | undefined
  readonly network: string
  /** The request's id. */
  readonly request: string
}

export type SignUpOutcome = { readonly kind: 'received'; readonly accountId: AccountId } | Throttled | Busy

export type SignUpNeeds = {
  readonly accounts: Pick<AccountStore, 'create'>
  readonly throttles: Pick<ThrottleStore, 'count'>
  readonly passwords: Pick<Passwords, 'admit'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
  /** Sign-ups of one network beyond which they are refused; limits.ts says how many when the operator does not. */
  readonly networkLimit?: CountPolicy
}

/**
 * Opens a pending account. The same steps, the same writes and the same time whoever it is: nothing is looked up, the mail
 * worker decides afterwards. The form has been validated and the challenge passed. Without a place nothing is counted.
 */
export const makeSignUp = (needs: SignUpNeeds) => {
  const { accounts, throttles, passwords, envelope, lookup, outbox, audit, clock, networkLimit } = needs

  const open = async (asked: SignUpRequest, place: Place): Promise<SignUpOutcome> => {
    const { person, password, language, terms, serviceId, network, request } = asked
    const now = clock()
    const policy = networkLimit ?? limits.signUpNetwork.policy
    const turn = await countNetwork({ throttles, lookup }, 'signUpNetwork', network, policy, now)
    if (!turn.granted) {
      await audit.record('signUp.refused', { reason: 'throttled' }, request)
      return { kind: 'throttled', until: turn.until }
    }

    const { hash } = await place.hash(password)
    // counted only: many claims harden the challenge (claims.ts), they refuse nobody
    await throttles.count('claims', lookup.throttleKey('nir', person.nir.number), limits.claims.policy, now)
    const id = randomBytes(16).toString('base64url')
    const origin = { level: 'declared', source: 'form', at: now.toISOString() } as const
    const data: PersonalData = { ...person, civilStatus: origin, nirLevel: 'declared' }
    await accounts.create(
      {
        id,
        status: 'pending',
        version: 1,
        sealed: await envelope.seal(id, data),
        passwordHash: hash,
        language,
        validAfter: now,
        terms: { ...terms, acceptedAt: now },
        nirKeys: lookup.nir(person.nir.number),
        emailKeys: lookup.email(normaliseEmail(person.email)),
        identityKeys: [],
        ...(serviceId ? { cameFrom: serviceId } : {}),
        createdAt: now,
      },
      {
        events: [
          audit.event('signUp.requested', { account: id, ...(serviceId ? { service: serviceId } : {}) }, request),
        ],
        jobs: [outbox.mail('signUp', { accountId: id, ...linkAsked(now, { network: networkKey(lookup, network) }) })],
      },
    )
    return { kind: 'received', accountId: id }
  }

  return (asked: SignUpRequest): Promise<SignUpOutcome> => passwords.admit(place => open(asked, place))
}
