/** A place of birth as a number has it, against the one that an upstream vouches for. Sources: INSEE, facts/nir.md. */
import type { Answer } from '../answer.ts'
import type { PivotIdentity } from '../pivot-identity.ts'
import { wasRenamed } from './countries.ts'
import { departmentOf, mayHaveMoved, wereOne } from './departments.ts'

export type BirthPlaces = {
  /** Whether two codes were ever the same commune's: renamed, renumbered or merged. */
  same(a: string, b: string): boolean
  /** A code of the official geographic code, today's or a former one. Those of a town's many births a month are none. */
  isKnown(code: string): boolean
}

const FRANCE = '99100'

/** Cities whose births are those of their districts. */
const DISTRICTS: readonly (readonly [city: string, district: RegExp])[] = [
  ['75056', /^751\d\d$/],
  ['69123', /^6938\d$/],
  ['13055', /^132\d\d$/],
]

const isOfCity = (a: string, b: string): boolean =>
  DISTRICTS.some(([city, district]) => {
    const belongs = (code: string) => code === city || district.test(code)
    // a district is not another one
    return belongs(a) && belongs(b) && (a === city || b === city)
  })

type Former = {
  readonly departments: RegExp
  readonly country: string
  /** The last year in which births there are surely theirs. */
  readonly until: number
  /** From then on the numbers are departments of Île-de-France; that of Tunisia never is. */
  readonly reused: number
}

const FORMER: readonly Former[] = [
  { departments: /^9[1-4]/, country: '99352', until: 1962, reused: 1968 },
  { departments: /^95/, country: '99350', until: 1956, reused: 1968 },
  { departments: /^96/, country: '99351', until: 1956, reused: Number.POSITIVE_INFINITY },
]

/** A code of a North African department, where it may be that state's. */
const formerOf = (code: string, country: string, year: number): Former | undefined =>
  FORMER.find(one => one.departments.test(code) && one.country === country && year < one.reused)

/** Territories, of which some have become states; the four oldest overseas departments have not. */
const isTerritory = (code: string): boolean => /^9[78]/.test(code) && !/^97[1-4]/.test(code)

const bornAbroad = (place: string, country: string, year: number): Answer => {
  if (place === country) return 'agrees'
  if (place.startsWith('99')) return wasRenamed(place) || wasRenamed(country) ? 'unknown' : 'differs'
  const former = formerOf(place, country, year)
  if (former) return year <= former.until ? 'agrees' : 'unknown'
  return isTerritory(place) ? 'unknown' : 'differs'
}

/** A number that says a country, of somebody who was born in France as it was, or is. */
const saidAbroad = (place: string, birthplace: string, year: number): Answer =>
  // the code of a commune of today looks like that of a North African department
  formerOf(birthplace, place, year) || (isTerritory(birthplace) && wasRenamed(place)) ? 'unknown' : 'differs'

/** Born in France, no more is known. */
const somewhereInFrance = (place: string): Answer => {
  if (!place.startsWith('99') || wasRenamed(place)) return 'unknown'
  return FORMER.some(({ country }) => country === place) ? 'unknown' : 'differs'
}

const bornInFrance = (births: BirthPlaces, place: string, birthplace: string, year: number): Answer => {
  if (place === birthplace || births.same(place, birthplace) || isOfCity(place, birthplace)) return 'agrees'
  if (place.startsWith('99')) return saidAbroad(place, birthplace, year)
  const [said, sent] = [departmentOf(place), departmentOf(birthplace)]
  // the old number of all that lay overseas
  if (said === '98' || sent === '98') return /^9[78]/.test(place) && /^9[78]/.test(birthplace) ? 'unknown' : 'differs'
  if (mayHaveMoved(said, sent, year)) return 'unknown'
  if (!wereOne(said, sent, year)) return 'differs'
  // communes of Corsica kept their three digits
  if (said !== sent && place.slice(2) === birthplace.slice(2))
    return said === '20' || sent === '20' ? 'agrees' : 'unknown'
  // a code that a town was lent for its many births, or one that no list has
  return births.isKnown(place) && births.isKnown(birthplace) ? 'differs' : 'unknown'
}

/** `place`: characters 6 to 10 of the number. */
export const comparePlaces = (
  births: BirthPlaces,
  place: string,
  { birthplace, birthcountry, birthdate }: PivotIdentity,
): Answer => {
  const year = Number(birthdate.slice(0, 4))
  // some write the country where a commune is asked for
  const country = birthplace.startsWith('99') ? birthplace : birthcountry
  if (country !== '' && country !== FRANCE) return bornAbroad(place, country, year)
  if (birthplace !== '' && birthplace !== FRANCE) return bornInFrance(births, place, birthplace, year)
  return country === FRANCE ? somewhereInFrance(place) : 'unknown'
}
