import { COUNTRIES } from './countries.ts'
import { STREET_TYPES, type StreetTypeCode } from './street-types.ts'

/** An address line of the French post holds 38 characters. */
export const ADDRESS_LINE_LENGTH = 38

/** « Indice de répétition »; a code is also its label, in both languages. */
export const REPETITION_INDEXES: readonly string[] = [
  'bis',
  'ter',
  'quater',
  'quinquies',
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
]

/** In France, overseas included. At least one of streetName and locality (« lieu-dit ») is there. Absent: not given. */
export type FrenchAddress = {
  readonly kind: 'french'
  readonly houseNumber?: string
  readonly repetitionIndex?: string
  readonly streetType?: StreetTypeCode
  readonly streetName?: string
  readonly addressComplement?: string
  readonly locality?: string
  readonly postalCode: string
  readonly city: string
}

/** Anywhere else: one to three lines as its country writes them, and an ISO 3166-1 code. */
export type ForeignAddress = { readonly kind: 'foreign'; readonly lines: readonly string[]; readonly country: string }

export type Address = FrenchAddress | ForeignAddress

export const streetTypeOf = (code: string) => STREET_TYPES.find(type => type.code === code)
export const isCountry = (code: string): boolean => COUNTRIES.includes(code)
