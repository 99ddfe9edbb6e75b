import { completeNir, type Nir } from './nir.ts'

const ORDERS = 999
const MONTHS = 12
const YEARS = 100

/** How many different numbers `fictitiousNir` makes. */
export const FICTITIOUS_NIRS = 2 * YEARS * MONTHS * ORDERS

/**
 * A well-formed number that is nobody's, for demonstrations, benches and tests: its place of birth is the country 99999,
 * which does not exist. A different one for each index from 0 to FICTITIOUS_NIRS - 1.
 */
export const fictitiousNir = (index: number): Nir => {
  if (!Number.isInteger(index) || index < 0 || index >= FICTITIOUS_NIRS) throw new RangeError('No such fictitious NIR')
  const order = (index % ORDERS) + 1
  const month = (Math.floor(index / ORDERS) % MONTHS) + 1
  const year = Math.floor(index / (ORDERS * MONTHS)) % YEARS
  const sex = Math.floor(index / (ORDERS * MONTHS * YEARS)) + 1
  const digits = (value: number, length: number) => String(value).padStart(length, '0')
  return completeNir(`${sex}${digits(year, 2)}${digits(month, 2)}99999${digits(order, 3)}`)
}
