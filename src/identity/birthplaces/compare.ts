/** A place of birth as a number has it, against the one that an upstream vouches for. Sources: INSEE, facts/nir.md. */
import type { Answer } from '../answer.ts'
import type { PivotIdentity } from '../pivot-identity.ts'
import { wasRenamed } from './countries.ts'
import { departmentOf, mayHaveMoved } from './departments.ts'

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

/** North African departments, their state since, and the last year in which births there are surely theirs. */
const FORMER: readonly { readonly departments: RegExp; readonly country: string; readonly until: number }[] = [
  { departments: /^9[1-4]/, country: '99352', until: 1962 },
  { departments: /^95/, country: '99350', until: 1956 },
  { departments: /^96/, country: '99351', until: 1956 },
]
/** From then on these numbers are departments of Île-de-France. */
const NEW_DEPARTMENTS = 1968

const bornAbroad = (place: string, country: string, year: number): Answer => {
  if (place.startsWith('99')) {
    if (place === country) return 'agrees'
    return wasRenamed(place) || wasRenamed(country) ? 'unknown' : 'differs'
  }
  const former = FORMER.find(({ departments, country: state }) => departments.test(place) && state === country)
  if (former && year < NEW_DEPARTMENTS) return year <= former.until ? 'agrees' : 'unknown'
  // territories have become states; the four oldest overseas departments have not
  return /^9[78]/.test(place) && !/^97[1-4]/.test(place) ? 'unknown' : 'differs'
}

const bornInFrance = (births: BirthPlaces, place: string, birthplace: string, year: number): Answer => {
  if (place === birthplace || births.same(place, birthplace) || isOfCity(place, birthplace)) return 'agrees'
  if (place.startsWith('99'))
    return FORMER.some(({ departments }) => departments.test(birthplace)) ? 'unknown' : 'differs'
  const [said, sent] = [departmentOf(place), departmentOf(birthplace)]
  // the old number of all that lay overseas
  if (said === '98' || sent === '98') return /^9[78]/.test(place) && /^9[78]/.test(birthplace) ? 'unknown' : 'differs'
  if (mayHaveMoved(said, sent, year))
    return place.slice(2) === birthplace.slice(2) && said.startsWith('2') ? 'agrees' : 'unknown'
  if (said !== sent) return 'differs'
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
  if (birthcountry !== '' && birthcountry !== FRANCE) return bornAbroad(place, birthcountry, year)
  return birthplace === '' ? 'unknown' : bornInFrance(births, place, birthplace, year)
}
