import { addressClaim } from '../../identity/address-lines.ts'
import type { PersonalData } from '../../identity/person.ts'
import { pivotClaims } from '../../identity/pivot-identity.ts'
import type { AccountRecord } from '../../stores/contracts.ts'

export type PersonClaims = { readonly [name: string]: unknown }

/**
 * What an account truthfully says. Nothing is guessed: the number tells a sex, a month and a place of birth, and none of them is
 * a claim. A civil status that an upstream vouched for is told in FranceConnect's own form, and stands for what was declared.
 */
export const claimsOf = (person: PersonalData, account: Pick<AccountRecord, 'emailVerifiedAt'>): PersonClaims => {
  const telephone = person.telephones.mobile ?? person.telephones.landline
  return {
    family_name: person.birthName,
    ...(person.verified && pivotClaims(person.verified.identity)),
    email: person.email,
    email_verified: account.emailVerifiedAt !== undefined,
    ...(telephone !== undefined && { phone_number: telephone, phone_number_verified: false }),
    ...(person.address && { address: addressClaim(person.address) }),
  }
}
