import { formatAddressLines } from '../../identity/address-lines.ts'
import type { PersonalData } from '../../identity/person.ts'
import { formatTelephone } from '../../identity/telephone.ts'
import type { ConsentAsked } from '../../oidc/contracts.ts'
import type { ConsentClaim, ConsentItem } from '../views/models.ts'

/** What each scope is about, in the words of the page. FranceConnect's names among them. */
const BY_SCOPE: Readonly<Record<string, readonly ConsentClaim[]>> = {
  openid: ['identifier'],
  profile: ['familyName', 'givenNames', 'usageName', 'gender', 'birthdate'],
  identite_pivot: ['familyName', 'givenNames', 'gender', 'birthdate', 'birthplace'],
  birth: ['birthplace'],
  family_name: ['familyName'],
  given_name: ['givenNames'],
  given_name_array: ['givenNames'],
  preferred_username: ['usageName'],
  gender: ['gender'],
  birthdate: ['birthdate'],
  birthplace: ['birthplace'],
  birthcountry: ['birthplace'],
  email: ['email'],
  phone: ['telephone'],
  address: ['address'],
  offline_access: ['offline'],
}

const BY_CLAIM: Readonly<Record<string, readonly ConsentClaim[]>> = {
  email_verified: ['email'],
  phone_number: ['telephone'],
  phone_number_verified: ['telephone'],
}

const claimsOf = (name: string): readonly ConsentClaim[] => BY_SCOPE[name] ?? BY_CLAIM[name] ?? []

/** The person's own values; undefined where the account knows none. */
const valuesOf = (person: PersonalData): Readonly<Partial<Record<ConsentClaim, string>>> => {
  const telephone = person.telephones.mobile ?? person.telephones.landline
  const verified = person.verified?.identity
  return {
    familyName: verified?.familyName ?? person.birthName,
    ...(verified && {
      givenNames: verified.givenNames.join(' '),
      ...(verified.gender !== 'unspecified' && { gender: verified.gender }),
      birthdate: verified.birthdate,
      birthplace: verified.birthplace || verified.birthcountry,
    }),
    ...(verified?.usageName && { usageName: verified.usageName }),
    email: person.email,
    ...(telephone ? { telephone: formatTelephone(telephone) } : {}),
    ...(person.address ? { address: formatAddressLines(person.address).join(', ') } : {}),
  }
}

const VALUELESS: readonly ConsentClaim[] = ['identifier', 'offline']

/** What the service will get, with the person's values, and what it asks for or could want and will not get. */
export const consentItems = (
  asked: ConsentAsked,
  person: PersonalData,
): { readonly items: readonly ConsentItem[]; readonly withheld: readonly ConsentClaim[] } => {
  const values = valuesOf(person)
  const names = [...asked.scopes, ...asked.claims]
  const wanted = [...new Set(names.flatMap(claimsOf))]
  // a service that asks for the « identité pivot » takes it for verified: what was only declared is not given by it
  const given = new Set(names.filter(name => person.verified || name !== 'identite_pivot').flatMap(claimsOf))
  const known = wanted.filter(claim => VALUELESS.includes(claim) || (given.has(claim) && values[claim] !== undefined))
  const fresh = new Set(asked.fresh.flatMap(claimsOf))
  const allFresh = known.every(claim => fresh.has(claim))
  const items = known.map(claim => ({ claim, value: values[claim], isNew: !allFresh && fresh.has(claim) }))
  const notKnown = wanted.filter(claim => !known.includes(claim))
  return { items, withheld: [...notKnown, 'nir'] }
}
