import type { Address } from './address.ts'
import type { DiplomaCode } from './diploma.ts'
import type { Nir } from './nir.ts'
import type { PivotIdentity } from './pivot-identity.ts'
import type { Telephones } from './telephones.ts'

/**
 * Where the birth name comes from, and since when (ISO 8601, UTC). What is typed in a form is only declared; an upstream
 * provider (its id) verifies.
 */
export type CivilStatusOrigin =
  | { readonly level: 'declared'; readonly source: 'form'; readonly at: string }
  | { readonly level: 'verified'; readonly source: string; readonly at: string }

/** The civil status that an upstream provider vouched for, when it last did. Kept beside what was declared, never over it. */
export type VerifiedIdentity = { readonly identity: PivotIdentity; readonly source: string; readonly at: string }

/** An identity of an upstream provider that opens the account. */
export type FederatedIdentity = {
  readonly upstream: string
  readonly issuer: string
  readonly sub: string
  readonly linkedAt: string
}

/**
 * All that is known of a person, as it is sealed with the account: plain JSON, nothing of it stands outside the envelope.
 * A member that was not given is absent.
 */
export type PersonalData = {
  readonly birthName: string
  readonly civilStatus: CivilStatusOrigin
  /** Absent while an agent decides whose it is, and from an account that gave it up. */
  readonly nir?: Nir
  /** `consistent`: a verified civil status says the same sex, date and place of birth. `checked`: an agent decided so. */
  readonly nirLevel: 'declared' | 'consistent' | 'checked'
  readonly email: string
  readonly telephones: Telephones
  readonly address?: Address
  readonly diploma?: DiplomaCode
  readonly verified?: VerifiedIdentity
  readonly identities?: readonly FederatedIdentity[]
}

export type NumberedPerson = PersonalData & { readonly nir: Nir }
