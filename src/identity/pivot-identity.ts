/** FranceConnect's « identité pivot »: the civil status that an upstream provider vouches for, in the claims of its specification. */

export type Gender = 'male' | 'female' | 'unspecified'

export type PivotIdentity = {
  /** The birth name, as it was sent. */
  readonly familyName: string
  /** In their order, one at least. */
  readonly givenNames: readonly string[]
  readonly gender: Gender
  /** YYYY-MM-DD; 01 stands for a month or a day that is not known. */
  readonly birthdate: string
  /** The same as the civil register has it (idp_birthdate): YYYY-MM-00, YYYY-00-00. */
  readonly rawBirthdate?: string
  /** INSEE code of 5 characters; empty when born abroad, or not known. */
  readonly birthplace: string
  /** INSEE code of 5 digits, 99100 for France; empty when not known. */
  readonly birthcountry: string
  /** The name in use. */
  readonly usageName?: string
}

/** The claim that is missing or badly formed. */
export type PivotFault = 'family_name' | 'given_name' | 'birthdate' | 'idp_birthdate' | 'birthplace' | 'birthcountry'

export type ParsedPivot =
  | { readonly ok: true; readonly identity: PivotIdentity }
  | { readonly ok: false; readonly fault: PivotFault }

const LONGEST_NAME = 200
const MOST_NAMES = 20
const BIRTHDATE = /^(?:18|19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/
const RAW_BIRTHDATE = /^(?:18|19|20)\d{2}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])$/
const BIRTHPLACE = /^(?:\d{5}|2[AB]\d{3})?$/
const BIRTHCOUNTRY = /^(?:99\d{3})?$/

const nameOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined
  const name = value.trim()
  return name !== '' && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name) ? name : undefined
}

const givenNamesOf = (claims: { readonly [name: string]: unknown }): readonly string[] | undefined => {
  const { given_name_array: list, given_name: text } = claims
  const typed = Array.isArray(list) && list.length > 0 ? list : typeof text === 'string' ? text.trim().split(/\s+/) : []
  const names = typed.map(nameOf)
  if (names.length === 0 || names.length > MOST_NAMES) return undefined
  return names.every(name => name !== undefined) ? names : undefined
}

const isGender = (value: unknown): value is Gender => value === 'male' || value === 'female'

/** A code, empty when it was not sent; undefined when it is badly formed. */
const codeOf = (value: unknown, form: RegExp): string | undefined => {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' && form.test(value) ? value : undefined
}

/** Claims as an upstream sent them, its signature verified before. */
export const parsePivotIdentity = (claims: unknown): ParsedPivot => {
  const sent = (typeof claims === 'object' && claims !== null ? claims : {}) as { readonly [name: string]: unknown }
  const familyName = nameOf(sent.family_name)
  if (familyName === undefined) return { ok: false, fault: 'family_name' }
  const givenNames = givenNamesOf(sent)
  if (!givenNames) return { ok: false, fault: 'given_name' }
  const { birthdate, idp_birthdate: raw } = sent
  if (typeof birthdate !== 'string' || !BIRTHDATE.test(birthdate)) return { ok: false, fault: 'birthdate' }
  if (raw !== undefined && (typeof raw !== 'string' || !RAW_BIRTHDATE.test(raw))) {
    return { ok: false, fault: 'idp_birthdate' }
  }
  const birthplace = codeOf(sent.birthplace, BIRTHPLACE)
  if (birthplace === undefined) return { ok: false, fault: 'birthplace' }
  const birthcountry = codeOf(sent.birthcountry, BIRTHCOUNTRY)
  if (birthcountry === undefined) return { ok: false, fault: 'birthcountry' }
  const usageName = nameOf(sent.preferred_username)
  return {
    ok: true,
    identity: {
      familyName,
      givenNames,
      gender: isGender(sent.gender) ? sent.gender : 'unspecified',
      birthdate,
      ...(typeof raw === 'string' ? { rawBirthdate: raw } : {}),
      birthplace,
      birthcountry,
      ...(usageName === undefined ? {} : { usageName }),
    },
  }
}

/** FranceConnect's own claims, as a service that was written for it reads them. */
export const pivotClaims = (identity: PivotIdentity): { readonly [name: string]: string | readonly string[] } => ({
  given_name: identity.givenNames.join(' '),
  given_name_array: identity.givenNames,
  family_name: identity.familyName,
  birthdate: identity.birthdate,
  gender: identity.gender,
  birthplace: identity.birthplace,
  birthcountry: identity.birthcountry,
  ...(identity.usageName === undefined ? {} : { preferred_username: identity.usageName }),
})

const CIVIL_STATUS = ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'] as const

/** The names of the claims in which two identities differ, the name in use too: for an audit, which holds no value. */
export const pivotDifferences = (a: PivotIdentity, b: PivotIdentity): readonly string[] => {
  const [one, other] = [pivotClaims(a), pivotClaims(b)]
  return [...CIVIL_STATUS, 'preferred_username'].filter(name => one[name] !== other[name])
}

/** Born on the same day in the same place, whatever else has changed. */
export const sameBirth = (a: PivotIdentity, b: PivotIdentity): boolean =>
  a.birthdate === b.birthdate && a.birthplace === b.birthplace && a.birthcountry === b.birthcountry

/** Exactly the same civil status; the name in use is none of it. */
export const samePivotIdentity = (a: PivotIdentity, b: PivotIdentity): boolean =>
  pivotDifferences(a, b).every(name => name === 'preferred_username')
