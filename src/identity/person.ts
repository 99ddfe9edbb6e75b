import type { Address } from './address.ts'
import type { DiplomaCode } from './diploma.ts'
import type { Nir } from './nir.ts'
import type { Telephones } from './telephones.ts'

/** Where a claim of civil status comes from, and since when (ISO 8601, UTC). What is typed in a form is only declared. */
export type CivilStatusOrigin = { readonly level: 'declared'; readonly source: 'form'; readonly at: string }

/**
 * All that is known of a person, as it is sealed with the account: plain JSON, nothing of it stands outside the envelope.
 * A member that was not given is absent.
 */
export type PersonalData = {
  readonly birthName: string
  readonly civilStatus: CivilStatusOrigin
  readonly nir: Nir
  readonly nirLevel: 'declared'
  readonly email: string
  readonly telephones: Telephones
  readonly address?: Address
  readonly diploma?: DiplomaCode
}
