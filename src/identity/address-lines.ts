import { ADDRESS_LINE_LENGTH, type Address, type FrenchAddress, streetTypeOf } from './address.ts'
import { countryName } from './countries.ts'
import { lengthOf } from './typed-text.ts'

/** What `address` of OpenID Connect (5.1.1) is made of. A member without a value is absent. */
export type AddressClaim = {
  readonly formatted: string
  readonly street_address: string
  readonly postal_code?: string
  readonly locality?: string
  readonly country: string
}

type Street = Pick<FrenchAddress, 'houseNumber' | 'repetitionIndex' | 'streetType' | 'streetName' | 'locality'>

const words = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' ')

/** « 12 bis rue des Lilas »; the kind of street is shortened when the line would be too long otherwise. */
export const streetLine = ({ houseNumber, repetitionIndex, streetType, streetName }: Street): string => {
  const type = streetType && streetTypeOf(streetType)
  const full = words(houseNumber, repetitionIndex, type?.label, streetName)
  return lengthOf(full) <= ADDRESS_LINE_LENGTH ? full : words(houseNumber, repetitionIndex, type?.code, streetName)
}

/** Number and « lieu-dit » share a line where there is no street: « 12 Le Bourg ». */
export const placeLines = (street: Street): readonly string[] => {
  const alone = street.streetName === undefined && street.streetType === undefined
  const lines = alone ? [words(streetLine(street), street.locality)] : [streetLine(street), street.locality]
  return lines.filter(line => line !== undefined && line !== '') as readonly string[]
}

export const cityLine = ({ postalCode, city }: Pick<FrenchAddress, 'postalCode' | 'city'>): string =>
  words(postalCode, city)

const beforeCity = (address: FrenchAddress): readonly string[] => [
  ...(address.addressComplement === undefined ? [] : [address.addressComplement]),
  ...placeLines(address),
]

/** The lines of an envelope under the name, 38 characters at most each; a foreign one ends with its country, in French. */
export const formatAddressLines = (address: Address): readonly string[] =>
  address.kind === 'french'
    ? [...beforeCity(address), cityLine(address)]
    : [...address.lines, countryName(address.country, 'fr').toUpperCase()]

/** The address for a service. Foreign lines are not taken apart: which of them is the town is not known. */
export const addressClaim = (address: Address): AddressClaim => {
  const formatted = formatAddressLines(address).join('\n')
  if (address.kind === 'foreign') {
    return { formatted, street_address: address.lines.join('\n'), country: countryName(address.country, 'fr') }
  }
  return {
    formatted,
    street_address: beforeCity(address).join('\n'),
    postal_code: address.postalCode,
    locality: address.city,
    country: 'France',
  }
}
