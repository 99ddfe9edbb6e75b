import { compact } from './typed-text.ts'

/**
 * A NIR (« numéro de sécurité sociale ») with its key, checked: 13 characters, upper case (2A and 2B for Corsica), and two
 * digits. It never stands in a log, an error, a URL nor a key of a store. Rules: décret 82-103, INSEE; facts/nir.md.
 */
export type Nir = { readonly number: string; readonly key: string }

export type NirPart = 'sex' | 'month' | 'place' | 'order'

/** What is wrong, without the number. `typed` counts the characters that were typed, separators apart. */
export type NirNumberFault =
  | { readonly code: 'empty' }
  | { readonly code: 'length'; readonly typed: number }
  | { readonly code: 'character' }
  | { readonly code: 'part'; readonly part: NirPart }

/** `keyEmpty` also stands for a key that is not two digits: the answer to give is the same. */
export type NirKeyFault = { readonly code: 'keyEmpty' } | { readonly code: 'keyWrong' } | { readonly code: 'specimen' }

export type NirFault = NirNumberFault | NirKeyFault

const SPECIMEN = '2690549588157' // printed on sample cards

const MONTH = /^(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)$/
const PLACES = [
  /^(?:0[1-9]|[1-8]\d|9[0-6]|2[AB])(?!000)\d{3}$/, // metropolitan, Corsica old and new, 91-96 in North Africa
  /^97[1-8](?!00)\d{2}$/,
  /^98(?!000)\d{3}$/, // 984 to 989, and the bare 98 of old
  /^99(?!000)\d{3}$/, // born abroad: country
]

/** The key of 13 well-formed characters. N stays below 2^53, so that a number is exact. */
export const nirKeyOf = (number: string): string => {
  const digits = number.replace('2A', '19').replace('2B', '18')
  return String(97 - (Number(digits) % 97)).padStart(2, '0')
}

const numberFault = (number: string, lengths: readonly number[]): NirNumberFault | undefined => {
  if (number === '') return { code: 'empty' }
  if (/[^\dAB]/.test(number)) return { code: 'character' }
  if (!lengths.includes(number.length)) return { code: 'length', typed: number.length }
  if (!/^\d{5}(?:\d\d|2[AB])\d+$/.test(number)) return { code: 'character' }
  if (!/^[123478]/.test(number)) return { code: 'part', part: 'sex' }
  if (!MONTH.test(number.slice(3, 5))) return { code: 'part', part: 'month' }
  const place = number.slice(5, 10)
  if (!PLACES.some(shape => shape.test(place))) return { code: 'part', part: 'place' }
  if (number.slice(10, 13) === '000') return { code: 'part', part: 'order' }
  return undefined
}

const keyFault = (number: string, key: string): NirKeyFault | undefined => {
  if (!/^\d\d$/.test(key)) return { code: 'keyEmpty' }
  if (nirKeyOf(number) !== key) return { code: 'keyWrong' }
  return number === SPECIMEN ? { code: 'specimen' } : undefined
}

export type NirParsed =
  | { readonly ok: true; readonly nir: Nir }
  | { readonly ok: false; readonly faults: readonly NirFault[] }

/**
 * The number and the key as typed at sign-up, with any separators. All 15 typed in the first field are understood; the key's
 * field is then empty or says the same. There is at most one fault for each field.
 */
export const parseNir = (typed: { readonly number: string; readonly key: string }): NirParsed => {
  const all = compact(typed.number)
  const typedKey = compact(typed.key)
  const numberIs = numberFault(all, [13, 15])
  if (numberIs) {
    const keyToo = typedKey === '' && all.length <= 13
    return { ok: false, faults: keyToo ? [numberIs, { code: 'keyEmpty' }] : [numberIs] }
  }
  const number = all.slice(0, 13)
  const key = all.slice(13) || typedKey
  const contradicted = typedKey !== '' && typedKey !== key
  const keyIs = contradicted ? ({ code: 'keyWrong' } as const) : keyFault(number, key)
  return keyIs ? { ok: false, faults: [keyIs] } : { ok: true, nir: { number, key } }
}

export type NirForSignIn =
  | { readonly ok: true; readonly number: string }
  | { readonly ok: false; readonly fault: NirFault }

/** The number as typed at sign-in: 13 characters, or 15, whose key is then checked. */
export const parseNirForSignIn = (typed: string): NirForSignIn => {
  const all = compact(typed)
  const number = all.slice(0, 13)
  const fault = numberFault(all, [13, 15]) ?? keyFault(number, all.slice(13) || nirKeyOf(number))
  return fault ? { ok: false, fault } : { ok: true, number }
}

/** A number with its key, for numbers made by programs. Throws when these 13 characters cannot be a number. */
export const completeNir = (number13: string): Nir => {
  const fault = numberFault(number13, [13])
  if (fault) throw new RangeError(`Not a NIR: ${fault.code === 'part' ? fault.part : fault.code}`)
  return { number: number13, key: nirKeyOf(number13) }
}
