/** What a number says of a birth, against what an upstream provider vouches for. It says nothing of the day, the names or the nationality. */
import type { Answer } from './answer.ts'
import { type BirthPlaces, comparePlaces } from './birthplaces/compare.ts'
import type { PivotIdentity } from './pivot-identity.ts'

export type CrossCheck = {
  readonly sex: Answer
  readonly year: Answer
  readonly month: Answer
  readonly place: Answer
  /** `contradicts` when a part differs; `agrees` when every part does. */
  readonly verdict: 'agrees' | 'unknown' | 'contradicts'
}

const SEX: { readonly [digit: string]: PivotIdentity['gender'] } = { '1': 'male', '2': 'female' }

const compareSex = (digit: string, gender: PivotIdentity['gender']): Answer => {
  const said = SEX[digit]
  // 3, 4, 7 and 8 were given while a person was being registered
  if (said === undefined || gender === 'unspecified') return 'unknown'
  return said === gender ? 'agrees' : 'differs'
}

/** The century is not in the number: the identity's own is. */
const compareYear = (digits: string, { birthdate }: PivotIdentity): Answer =>
  birthdate.slice(2, 4) === digits ? 'agrees' : 'differs'

/** Of the number: 31 to 42 are those of an incomplete record; 20 to 30 and 50 to 99 say no month. */
const monthOf = (digits: string): number | undefined => {
  const month = Number(digits)
  if (month >= 1 && month <= 12) return month
  return month >= 31 && month <= 42 ? month - 30 : undefined
}

const compareMonth = (digits: string, { birthdate, rawBirthdate }: PivotIdentity): Answer => {
  const month = monthOf(digits)
  const sent = Number((rawBirthdate ?? birthdate).slice(5, 7))
  if (month === undefined || sent === 0) return 'unknown'
  if (month === sent) return 'agrees'
  // the first of January stands for a date that is not known, where the register's own was not sent
  return rawBirthdate === undefined && birthdate.endsWith('-01-01') ? 'unknown' : 'differs'
}

const verdictOf = (answers: readonly Answer[]): CrossCheck['verdict'] => {
  if (answers.includes('differs')) return 'contradicts'
  return answers.every(answer => answer === 'agrees') ? 'agrees' : 'unknown'
}

export const makeCrossCheck =
  ({ births }: { readonly births: BirthPlaces }) =>
  /** `number`: the 13 characters, parsed before. */
  (number: string, identity: PivotIdentity): CrossCheck => {
    const sex = compareSex(number.slice(0, 1), identity.gender)
    const year = compareYear(number.slice(1, 3), identity)
    const month = compareMonth(number.slice(3, 5), identity)
    const place = comparePlaces(births, number.slice(5, 10), identity)
    return { sex, year, month, place, verdict: verdictOf([sex, year, month, place]) }
  }
