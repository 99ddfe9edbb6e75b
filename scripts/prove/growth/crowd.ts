/** Who comes: members among all those who were seeded, and people who have no account yet. */
import { randomInt } from 'node:crypto'
import { FICTITIOUS_NIRS, fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { aPerson, type Person } from '../../../test/support/people.ts'
import { isPending, SEEDED_PASSWORD, type SeededPerson, seededPerson } from '../../seed/people.ts'

const FIRST_NEW = 1_000_000
/** One member in so many is left to who changes things: their password is theirs. */
const CHANGER_EVERY = 10

export type Credentials = { readonly nir: string; readonly password: string }

const isChanger = (nth: number): boolean => nth % CHANGER_EVERY === 0

/** Somebody among all those who have an account and keep it as it is. */
export const anyMember = (size: number): Credentials => {
  for (;;) {
    const nth = randomInt(size)
    if (!isPending(nth) && !isChanger(nth)) return { nir: seededPerson(nth).nir.number, password: SEEDED_PASSWORD }
  }
}

/** Each member who changes something, once; scattered, as accounts are walked in the order of their ids. */
export function* changers(size: number): Generator<SeededPerson> {
  for (let nth = 0; nth < size; nth += CHANGER_EVERY) if (!isPending(nth)) yield seededPerson(nth)
}

export const newcomer = (): Person => {
  const { number, key } = fictitiousNir(randomInt(FIRST_NEW, FICTITIOUS_NIRS))
  return aPerson({ nir: number, nirKey: key, email: `p${number}@exemple.fr`.toLowerCase() })
}

export const aNetwork = (): string => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`
