import type { DeclaredPerson } from '../../accounts/sign-up/sign-up.ts'
import { parseAddress, type TypedAddress } from '../../identity/address-form.ts'
import { parseDiploma } from '../../identity/diploma.ts'
import { normaliseEmail, parseEmail } from '../../identity/email.ts'
import { parseNir } from '../../identity/nir.ts'
import { parsePersonName } from '../../identity/person-name.ts'
import { parseTelephones, type TelephoneField } from '../../identity/telephones.ts'
import type { Towns } from '../../identity/towns/towns.ts'
import type { CheckPassword } from '../../protection/password-policy.ts'
import { addressFault, birthNameFault, emailFault, nirFault, passwordFault, telephoneFault } from '../faults.ts'
import type { Fields } from '../kit/body.ts'
import { type Fault, OTHER_TOWN, type Presence, type SignUpField, type SignUpTextField } from '../views/models.ts'

export type SignUpRules = {
  readonly presence: { readonly telephones: Presence; readonly address: Presence; readonly diploma: Presence }
  readonly towns: Pick<Towns, 'fits' | 'townsOf'>
  readonly checkPassword: CheckPassword
}

export type SignUpForm =
  | {
      readonly ok: true
      readonly person: DeclaredPerson
      readonly password: string
      readonly moved: TelephoneField | undefined
    }
  | { readonly ok: false; readonly faults: readonly Fault<SignUpField>[]; readonly moved: TelephoneField | undefined }

type Moved = {
  readonly moved: TelephoneField | undefined
  /** What could be read of these, for the password's rules. */
  readonly typed: { readonly email?: string; readonly nir?: string }
}

export type Details = Moved &
  (
    | { readonly ok: true; readonly details: Omit<DeclaredPerson, 'birthName'> }
    | { readonly ok: false; readonly faults: readonly Fault<SignUpField>[] }
  )

/** In the order of the page. */
export const TEXT_FIELDS: readonly SignUpTextField[] = [
  'birthName',
  'nir',
  'nirKey',
  'landline',
  'mobile',
  'email',
  'emailConfirmation',
  'houseNumber',
  'repetitionIndex',
  'streetType',
  'streetName',
  'addressComplement',
  'locality',
  'postalCode',
  'city',
  'cityOther',
  'addressLine1',
  'addressLine2',
  'addressLine3',
  'country',
  'diploma',
]

/** What was typed and is shown again: everything but passwords. */
export const typedValues = (fields: Fields): Partial<Record<SignUpTextField, string>> =>
  Object.fromEntries(TEXT_FIELDS.flatMap(name => (fields[name] === undefined ? [] : [[name, fields[name]]])))

const typedAddress = (fields: Fields): TypedAddress => ({
  ...typedValues(fields),
  abroad: Boolean(fields.abroad),
  // without script a town may be typed with nothing chosen in the list
  city: (!fields.city || fields.city === OTHER_TOWN ? fields.cityOther : fields.city) ?? '',
})

/** A town that does not fit its postcode is questioned once: the hidden field `townAsked` says for which pair. */
export const townPair = (fields: Fields): string => {
  const { postalCode = '', city = '' } = typedAddress(fields)
  return `${postalCode.trim()} ${city.trim()}`
}

const readAddress = (fields: Fields, { presence, towns }: Pick<SignUpRules, 'presence' | 'towns'>) => {
  if (presence.address === 'absent') return { ok: true as const, address: undefined }
  const parsed = parseAddress(typedAddress(fields), presence.address)
  if (!parsed.ok) return { ok: false as const, faults: parsed.faults.map(addressFault) }
  const { address } = parsed
  const doubtful = address?.kind === 'french' && towns.fits(address.postalCode, address.city) !== 'fits'
  if (doubtful && fields.townAsked !== townPair(fields)) {
    return { ok: false as const, faults: [{ field: 'city', key: 'fault.city.mismatch' } as const] }
  }
  return { ok: true as const, address }
}

const readEmail = (fields: Fields): { readonly email: string } | { readonly faults: readonly Fault<SignUpField>[] } => {
  const parsed = parseEmail(fields.email ?? '')
  if (!parsed.ok) return { faults: [emailFault(parsed.fault)] }
  const again = parseEmail(fields.emailConfirmation ?? '')
  const same = again.ok && normaliseEmail(again.email) === normaliseEmail(parsed.email)
  return same
    ? { email: parsed.email }
    : { faults: [{ field: 'emailConfirmation', key: 'fault.emailConfirmation.different' }] }
}

/** All but the name and the password: what everybody fills in, whoever vouches for them. */
export const parseDetails = (fields: Fields, rules: Pick<SignUpRules, 'presence' | 'towns'>): Details => {
  const { presence } = rules
  const nir = parseNir({ number: fields.nir ?? '', key: fields.nirKey ?? '' })
  const telephones =
    presence.telephones === 'absent'
      ? ({ ok: true, telephones: {} } as const)
      : parseTelephones({ landline: fields.landline ?? '', mobile: fields.mobile ?? '' }, presence.telephones)
  const email = readEmail(fields)
  const address = readAddress(fields, rules)
  const diploma = presence.diploma === 'absent' ? ('NONE' as const) : parseDiploma(fields.diploma ?? '')
  const moved = telephones.ok && 'moved' in telephones ? telephones.moved : undefined
  const typed = {
    ...('email' in email && { email: email.email }),
    ...(nir.ok && { nir: nir.nir.number }),
  }

  const faults: readonly Fault<SignUpField>[] = [
    ...(nir.ok ? [] : nir.faults.map(nirFault)),
    ...(telephones.ok ? [] : telephones.faults.map(telephoneFault)),
    ...('faults' in email ? email.faults : []),
    ...(address.ok ? [] : address.faults),
    ...(diploma ? [] : [{ field: 'diploma', key: 'fault.list' } as const]),
  ]
  if (faults.length > 0 || !nir.ok || !telephones.ok || 'faults' in email || !address.ok || !diploma) {
    return { ok: false, faults, moved, typed }
  }
  const details = {
    nir: nir.nir,
    email: email.email,
    telephones: telephones.telephones,
    ...(address.address ? { address: address.address } : {}),
    ...(diploma === 'NONE' ? {} : { diploma }),
  }
  return { ok: true, details, moved, typed }
}

/** The terms, accepted or not. */
export const termsFaults = (fields: Fields): readonly Fault<SignUpField>[] =>
  fields.acceptTerms ? [] : [{ field: 'acceptTerms', key: 'fault.terms' }]

/**
 * The whole form, every fault at once and in the order of the page. A password is asked again after any fault: it never comes
 * back to the page.
 */
export const parseSignUp = (fields: Fields, rules: SignUpRules): SignUpForm => {
  const name = parsePersonName(fields.birthName ?? '')
  const details = parseDetails(fields, rules)
  const { moved, typed } = details
  const password = fields.password ?? ''
  const weakness = rules.checkPassword(password, {
    names: name.ok ? [name.name] : [],
    email: typed.email ?? '',
    nir: typed.nir ?? '',
  })
  const differs = !weakness && password !== (fields.passwordConfirmation ?? '')

  const faults: readonly Fault<SignUpField>[] = [
    ...(name.ok ? [] : [birthNameFault(name.fault)]),
    ...(details.ok ? [] : details.faults),
    ...(weakness ? [passwordFault(weakness)] : []),
    ...(differs ? [{ field: 'passwordConfirmation', key: 'fault.passwordConfirmation.different' } as const] : []),
    ...termsFaults(fields),
  ]
  if (faults.length > 0 || !name.ok || !details.ok) return { ok: false, faults, moved }
  return { ok: true, person: { birthName: name.name, ...details.details }, password, moved }
}
