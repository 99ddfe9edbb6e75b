/** Which scope carries which claims: OpenID Connect's, and FranceConnect's own. One list, for the configuration and for each answer. */

/** FranceConnect's « identité pivot »: verified, or not given. */
export const PIVOT_SCOPE = 'identite_pivot'

const PIVOT = [
  'given_name',
  'given_name_array',
  'family_name',
  'birthdate',
  'gender',
  'birthplace',
  'birthcountry',
] as const

export const CLAIMS_OF_SCOPE: { readonly [scope: string]: readonly string[] } = {
  profile: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  [PIVOT_SCOPE]: PIVOT,
  birth: ['birthplace', 'birthcountry'],
  given_name: ['given_name', 'given_name_array'],
  family_name: ['family_name'],
  birthdate: ['birthdate'],
  gender: ['gender'],
  birthplace: ['birthplace'],
  birthcountry: ['birthcountry'],
  preferred_username: ['preferred_username'],
}

/** Said of the sign-in, not of the person: no scope but openid is needed, and no consent. */
export const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set(['sub', 'acr', 'amr', 'auth_time', 'sid', 'iss'])

export const SCOPES: readonly string[] = ['openid', 'offline_access', ...Object.keys(CLAIMS_OF_SCOPE)]

/** The personal claims that these scopes carry. */
export const claimsCarriedBy = (scopes: Iterable<string>): ReadonlySet<string> =>
  new Set([...scopes].flatMap(scope => (Object.hasOwn(CLAIMS_OF_SCOPE, scope) ? (CLAIMS_OF_SCOPE[scope] ?? []) : [])))
