/** What must be found nowhere but where it must be: written down as it is made, searched for at the end. */
import { randomInt } from 'node:crypto'
import { aPerson, type Person } from '../../../test/support/people.ts'
import type { Needle } from './search.ts'

export const kinds = [
  'number',
  'name',
  'e-mail',
  'telephone',
  'address',
  'login hint',
  'password',
  'session',
  'other cookie',
  'code',
  'access token',
  'refresh token',
  'ID token',
  'client secret',
  'client assertion',
  'DPoP proof',
  'PKCE verifier',
  'mailed token',
  'state',
  'nonce',
  'key',
] as const
export type Kind = (typeof kinds)[number]

export type Ledger = {
  readonly needles: readonly (Needle & { readonly kind: Kind })[]
  /** Gives the text back. */
  add(kind: Kind, text: string): string
  addPerson(person: TaintedPerson): void
}

export type TaintedPerson = Person & {
  readonly formerPassword: string
  readonly wrongPassword: string
  readonly otherEmail: string
  readonly loginHint: string
  readonly mobile: string
  readonly streetName: string
  readonly locality: string
  readonly addressComplement: string
}

/** Letters that no other text has in that order. */
const letters = (count: number): string =>
  Array.from({ length: count }, () => 'bcdfghjklmnpqrstvwxz'[randomInt(20)]).join('')

/** Everything about them is distinctive. Accents and spaces too: encodings are searched. */
export const aTaintedPerson = (): TaintedPerson => {
  const mark = letters(7)
  // a password that holds the name is refused
  const other = letters(7)
  const person = aPerson({
    birthName: `Zéphyr${mark}-Bérulle`,
    email: `courriel.${mark}@domaine-introuvable.fr`,
    password: `Chrysanthème-${other}-93`,
  })
  return {
    ...person,
    formerPassword: person.password,
    wrongPassword: `Pamplemousse ${other}/58?`,
    otherEmail: `autre.${letters(7)}@ailleurs-introuvable.fr`,
    loginHint: `indice.${letters(7)}@troisieme-introuvable.fr`,
    mobile: `06 39 98 ${randomInt(10, 99)} ${randomInt(10, 99)}`,
    streetName: `du Xylophone ${letters(6)} Égaré`,
    locality: `Hameau ${letters(8)}`,
    addressComplement: `Bâtiment ${letters(8)}`,
  }
}

/** As people write it on their letters: 1 90 05 75 123 456. */
const spaced = (nir: string): string => nir.replace(/^(.)(..)(..)(..)(...)(...)$/, '$1 $2 $3 $4 $5 $6')

export const makeLedger = (): Ledger => {
  const needles: (Needle & { readonly kind: Kind })[] = []
  const known = new Set<string>()
  const add: Ledger['add'] = (kind, text) => {
    if (text.length < 8) throw new Error(`a ${kind} too short to be searched for`)
    if (!known.has(`${kind} ${text}`)) needles.push({ kind, text })
    known.add(`${kind} ${text}`)
    return text
  }
  return {
    needles,
    add,
    addPerson: person => {
      for (const number of [person.nir, `${person.nir}${person.nirKey}`, spaced(person.nir)]) add('number', number)
      add('name', person.birthName)
      for (const email of [person.email, person.otherEmail]) add('e-mail', email)
      add('login hint', person.loginHint)
      add('telephone', person.mobile)
      add('telephone', person.mobile.replaceAll(' ', ''))
      add('telephone', `+33${person.mobile.replaceAll(' ', '').slice(1)}`)
      for (const line of [person.streetName, person.locality, person.addressComplement]) add('address', line)
      for (const password of [person.password, person.formerPassword, person.wrongPassword]) add('password', password)
    },
  }
}
