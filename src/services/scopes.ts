/** The scopes that a service may be granted. `nir` is not among them: it needs an administrator's grant with its legal basis. */
export const STANDARD_SCOPES = ['openid', 'profile', 'email', 'phone', 'address', 'offline_access'] as const

/** FranceConnect's own names, so that a service written for it works here. */
export const FRANCECONNECT_SCOPES = [
  'identite_pivot',
  'birth',
  'given_name',
  'family_name',
  'birthdate',
  'gender',
  'birthplace',
  'birthcountry',
  'preferred_username',
] as const

export const KNOWN_SCOPES: readonly string[] = [...STANDARD_SCOPES, ...FRANCECONNECT_SCOPES]
