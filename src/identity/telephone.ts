import { type CountryCode, type NumberType, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** 'either': numbers that do not tell, as in North America. Voice over IP counts as a landline. */
export type TelephoneKind = 'landline' | 'mobile' | 'either'

export type TelephoneParsed =
  | { readonly ok: true; readonly e164: string; readonly kind: TelephoneKind }
  | { readonly ok: false }

const KINDS: Partial<Record<Exclude<NumberType, undefined>, TelephoneKind>> = {
  FIXED_LINE: 'landline',
  VOIP: 'landline',
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'either',
  PERSONAL_NUMBER: 'either',
}

const OVERSEAS: readonly CountryCode[] = ['GP', 'GF', 'MQ', 'RE', 'YT']

/**
 * Arcep's numbering plan by first digits, coarser than the library's data: blocks opened since its release stay accepted, and
 * so does 06 39 98, reserved for fiction, which our own example uses. Overseas blocks stand first.
 */
const FRENCH_PLAN: readonly { readonly shape: RegExp; readonly prefix: string; readonly kind: TelephoneKind }[] = [
  { shape: /^026[239]\d{6}$/, prefix: '+262', kind: 'landline' },
  { shape: /^069[23]\d{6}$|^0639(?!98)\d{6}$/, prefix: '+262', kind: 'mobile' },
  { shape: /^0590\d{6}$/, prefix: '+590', kind: 'landline' },
  { shape: /^069[01]\d{6}$/, prefix: '+590', kind: 'mobile' },
  { shape: /^0594\d{6}$/, prefix: '+594', kind: 'landline' },
  { shape: /^0694\d{6}$/, prefix: '+594', kind: 'mobile' },
  { shape: /^0596\d{6}$/, prefix: '+596', kind: 'landline' },
  { shape: /^069[67]\d{6}$/, prefix: '+596', kind: 'mobile' },
  { shape: /^0[1-59]\d{8}$/, prefix: '+33', kind: 'landline' },
  { shape: /^0[67](?!00)\d{8}$/, prefix: '+33', kind: 'mobile' },
]

const refused: TelephoneParsed = { ok: false }

/** Digits, with a + in front when it was typed (or 00, which means it in France); undefined when anything else was. */
const dialled = (typed: string): string | undefined => {
  const plain = typed.normalize('NFKC').replace(/[\p{White_Space}\p{Pd}\p{Cf}\u2212\u2044./_·•,]/gu, '')
  const digits = plain.replace(/^(\+|00)(\d+)\(0\)/, '$1$2').replace(/[()]/g, '')
  return /^\+?\d{5,20}$/.test(digits) ? digits.replace(/^00/, '+') : undefined
}

const fromLibrary = (digits: string, country: CountryCode): TelephoneParsed => {
  const number = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false })
  if (!number?.isValid()) return refused
  const type = number.getType()
  const kind = type === undefined ? undefined : KINDS[type]
  return kind ? { ok: true, e164: number.number, kind } : refused
}

const fromFrenchPlan = (national: string): TelephoneParsed => {
  const saintPierre = /^0508(\d{6})$/.exec(national)
  if (saintPierre) return fromLibrary(`+508${saintPierre[1]}`, 'PM')
  const overseas = OVERSEAS.map(country => fromLibrary(national, country)).find(parsed => parsed.ok)
  if (overseas) return overseas
  const block = FRENCH_PLAN.find(({ shape }) => shape.test(national))
  return block ? { ok: true, e164: block.prefix + national.slice(1), kind: block.kind } : refused
}

/**
 * A telephone of a person as typed: French landlines and mobiles, overseas ones with 0 or with their code, foreign ones with
 * + or 00. Short, free and premium numbers are nobody's own: refused.
 */
export const parseTelephone = (typed: string): TelephoneParsed => {
  const digits = dialled(typed)
  if (digits === undefined) return refused
  if (/^0\d{9}$/.test(digits)) return fromFrenchPlan(digits)
  const french = /^(\+(?:33|262|590|594|596))0?([1-9]\d{8})$/.exec(digits)
  if (french) {
    const parsed = fromFrenchPlan(`0${french[2]}`)
    // « +33 692… » can only mean Réunion; another code must be the number's own.
    return parsed.ok && (french[1] === '+33' || parsed.e164.startsWith(`${french[1]}`)) ? parsed : refused
  }
  return digits.startsWith('+') ? fromLibrary(digits, 'FR') : refused
}

const grouped = (number: PhoneNumber): string =>
  number.countryCallingCode === '33'
    ? `0${number.nationalNumber}`.replace(/\d\d(?=\d)/g, '$& ')
    : number.formatInternational()

/** As people in France read it: 06 39 98 12 34, +590 690 00 12 34, +32 470 12 34 56. What is no number comes back as it is. */
export const formatTelephone = (e164: string): string => {
  const number = parsePhoneNumberFromString(e164)
  return number ? grouped(number) : e164
}
