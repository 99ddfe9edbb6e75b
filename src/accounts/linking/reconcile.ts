/** Whether a number, or an account, may be of the person whom an upstream vouches for. */

import { compareBirthNames } from '../../identity/birth-names.ts'
import type { CrossCheck } from '../../identity/cross-check.ts'
import type { PersonalData } from '../../identity/person.ts'
import type { PivotIdentity } from '../../identity/pivot-identity.ts'

/** Against the 13 characters of a number. */
export type CrossCheckNumber = (number: string, identity: PivotIdentity) => CrossCheck

const NO_NUMBER: CrossCheck = {
  sex: 'unknown',
  year: 'unknown',
  month: 'unknown',
  place: 'unknown',
  verdict: 'unknown',
}

/** Of an account, whose person may have no number. */
export const checkOf = (crossCheck: CrossCheckNumber, { nir }: PersonalData, identity: PivotIdentity): CrossCheck =>
  nir ? crossCheck(nir.number, identity) : NO_NUMBER

/** What may be said of a number then: FranceConnect never vouches for it, it can only be consistent. */
export const nirLevelOf = ({ verdict }: CrossCheck): 'declared' | 'consistent' =>
  verdict === 'agrees' ? 'consistent' : 'declared'

/** A number shared by nobody says nothing of names: those are compared besides, before an account that stands is opened. */
export const contradicts = (check: CrossCheck, declaredName: string, identity: PivotIdentity): boolean =>
  check.verdict === 'contradicts' || compareBirthNames(declaredName, identity.familyName) === 'differs'
