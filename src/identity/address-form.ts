import {
  ADDRESS_LINE_LENGTH,
  type Address,
  type FrenchAddress,
  isCountry,
  REPETITION_INDEXES,
  streetTypeOf,
} from './address.ts'
import { cityLine, placeLines } from './address-lines.ts'
import { compact, lengthOf, oneLine, plainPunctuation } from './typed-text.ts'

const FRENCH_FIELDS = [
  'houseNumber',
  'repetitionIndex',
  'streetType',
  'streetName',
  'addressComplement',
  'locality',
  'postalCode',
  'city',
] as const
const FOREIGN_FIELDS = ['addressLine1', 'addressLine2', 'addressLine3', 'country'] as const

export type AddressField = (typeof FRENCH_FIELDS)[number] | (typeof FOREIGN_FIELDS)[number]

/** What was typed; a field that is absent was left empty. */
export type TypedAddress = { readonly abroad: boolean } & { readonly [field in AddressField]?: string }

/** At most one fault for each field, in the order of the form. `length` counts the characters of the composed line. */
export type AddressFault =
  | { readonly field: AddressField; readonly code: 'street' | 'number' | 'postalCode' | 'city' | 'list' }
  | { readonly field: AddressField; readonly code: 'line'; readonly length: number }

export type AddressParsed =
  | { readonly ok: true; readonly address: Address | undefined }
  | { readonly ok: false; readonly faults: readonly AddressFault[] }

type Texts = { readonly [field in AddressField]: string }

const textsOf = (typed: TypedAddress): Texts => {
  const text = (field: AddressField) => plainPunctuation(oneLine(typed[field] ?? ''))
  return {
    houseNumber: text('houseNumber')
      .normalize('NFKC')
      .replace(/^0+(?=\d)/, ''), // « 12-14 » is no number
    repetitionIndex: text('repetitionIndex'),
    streetType: text('streetType'),
    streetName: text('streetName'),
    addressComplement: text('addressComplement'),
    locality: text('locality'),
    postalCode: compact(typed.postalCode ?? ''),
    city: text('city'),
    addressLine1: text('addressLine1'),
    addressLine2: text('addressLine2'),
    addressLine3: text('addressLine3'),
    country: text('country'),
  }
}

const lineFault = (field: AddressField, line: string): AddressFault[] =>
  lengthOf(line) > ADDRESS_LINE_LENGTH ? [{ field, code: 'line', length: lengthOf(line) }] : []

const without = (text: string, beginning: string): string => {
  const starts = text.toLowerCase().startsWith(`${beginning.toLowerCase()} `)
  return starts ? text.slice(beginning.length + 1) : text
}

const frenchAddress = (texts: Texts): FrenchAddress => {
  const type = streetTypeOf(texts.streetType)
  const streetName = type ? without(texts.streetName, type.label) : texts.streetName // « rue » chosen and typed again
  return {
    kind: 'french',
    ...(texts.houseNumber && { houseNumber: texts.houseNumber }),
    ...(texts.repetitionIndex && { repetitionIndex: texts.repetitionIndex }),
    ...(type && { streetType: type.code }),
    ...(streetName && { streetName }),
    ...(texts.addressComplement && { addressComplement: texts.addressComplement }),
    ...(texts.locality && { locality: texts.locality }),
    postalCode: texts.postalCode,
    city: texts.city,
  }
}

const numberFaults = ({ houseNumber, repetitionIndex }: Texts): AddressFault[] => {
  const repeatsNothing = repetitionIndex !== '' && houseNumber === ''
  return repeatsNothing || /\D/.test(houseNumber) ? [{ field: 'houseNumber', code: 'number' }] : []
}

const placeFaults = (texts: Texts, address: FrenchAddress): AddressFault[] => {
  if (texts.streetName === '' && texts.locality === '') return [{ field: 'streetName', code: 'street' }]
  const [first = '', second] = placeLines(address)
  const firstIsStreet = texts.streetName !== '' || second !== undefined
  const complement = lineFault('addressComplement', texts.addressComplement)
  return firstIsStreet
    ? [...lineFault('streetName', first), ...complement, ...lineFault('locality', second ?? '')]
    : [...complement, ...lineFault('locality', first)]
}

const frenchFaults = (texts: Texts, address: FrenchAddress): readonly AddressFault[] => {
  const indexKnown = texts.repetitionIndex === '' || REPETITION_INDEXES.includes(texts.repetitionIndex)
  const typeKnown = texts.streetType === '' || address.streetType !== undefined
  return [
    ...numberFaults(texts),
    ...(indexKnown ? [] : [{ field: 'repetitionIndex', code: 'list' } as const]),
    ...(typeKnown ? [] : [{ field: 'streetType', code: 'list' } as const]),
    ...placeFaults(texts, address),
    ...(/^\d{5}$/.test(texts.postalCode) ? [] : [{ field: 'postalCode', code: 'postalCode' } as const]),
    ...(texts.city === '' ? [{ field: 'city', code: 'city' } as const] : lineFault('city', cityLine(address))),
  ]
}

const foreignFaults = (texts: Texts): readonly AddressFault[] => [
  ...(texts.addressLine1 === '' ? [{ field: 'addressLine1', code: 'street' } as const] : []),
  ...FOREIGN_FIELDS.slice(0, 3).flatMap(field => lineFault(field, texts[field])),
  ...(isCountry(texts.country) ? [] : [{ field: 'country', code: 'list' } as const]),
]

/**
 * The address of a form; only the fields of the chosen kind are looked at. When it is optional, an address left empty is no
 * address. Whether town and postcode go together is not decided here.
 */
export const parseAddress = (typed: TypedAddress, requirement: 'required' | 'optional' = 'required'): AddressParsed => {
  const texts = textsOf(typed)
  const fields = typed.abroad ? FOREIGN_FIELDS : FRENCH_FIELDS
  if (requirement === 'optional' && fields.every(field => texts[field] === '')) return { ok: true, address: undefined }

  const french = frenchAddress(texts)
  const faults = typed.abroad ? foreignFaults(texts) : frenchFaults(texts, french)
  if (faults.length > 0) return { ok: false, faults }
  if (!typed.abroad) return { ok: true, address: french }
  const lines = [texts.addressLine1, texts.addressLine2, texts.addressLine3].filter(line => line !== '')
  return { ok: true, address: { kind: 'foreign', lines, country: texts.country } }
}
