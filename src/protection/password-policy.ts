/** What a chosen password must be: the seed's four rules, then neither common nor the person's own data (CNIL 2022-100). */
import { fold, makeIsCommon } from './common-passwords.ts'
import { longestPassword, normalisePassword } from './passwords.ts'

export type PasswordRule = 'length' | 'lower' | 'upper' | 'digit'
export type PasswordFault =
  | { readonly code: 'empty' | 'long' | 'ownData' | 'common' }
  | { readonly code: 'rules'; readonly missing: readonly PasswordRule[] }

/** What the person typed of themself; '' for what is not known. */
export type OwnData = { readonly names: readonly string[]; readonly email: string; readonly nir: string }

/** The first thing to mend, or undefined when the password is good. */
export type CheckPassword = (password: string, own: OwnData) => PasswordFault | undefined

const rules: readonly (readonly [PasswordRule, (password: string) => boolean])[] = [
  ['length', password => [...password].length >= 8],
  ['lower', password => /\p{Ll}/u.test(password)],
  ['upper', password => /\p{Lu}/u.test(password)],
  ['digit', password => /\p{Nd}/u.test(password)],
]

/** Shorter parts of a name or an address are in too many words to be looked for. */
const shortestWord = 4
const shortestDigits = 6

const wordsOf = ({ names, email }: OwnData): readonly string[] => {
  const [local = ''] = email.split('@')
  return [...names, local].flatMap(text => {
    const parts = fold(text).split(/[^\p{L}\p{N}]+/u)
    return [...parts, parts.join('')]
  })
}

const holdsOwnData = (password: string, own: OwnData): boolean => {
  const folded = fold(password)
  const letters = folded.replace(/[^\p{L}\p{N}]/gu, '')
  const core = letters.replace(/^\p{N}+|\p{N}+$/gu, '')
  const words = wordsOf(own).filter(word => word !== '')
  if (words.some(word => word === core || (word.length >= shortestWord && letters.includes(word)))) return true
  const number = fold(own.nir)
  const runs = letters.match(/\p{Nd}+/gu) ?? []
  return (
    number !== '' &&
    (letters.includes(number) || runs.some(run => run.length >= shortestDigits && number.includes(run)))
  )
}

/** Reads the list of common passwords once. */
export const makeCheckPassword = (): CheckPassword => {
  const isCommon = makeIsCommon()
  return (typed, own) => {
    if (typed === '') return { code: 'empty' }
    if (Buffer.byteLength(typed) > longestPassword) return { code: 'long' }
    const password = normalisePassword(typed)
    const missing = rules.filter(([, holds]) => !holds(password)).map(([rule]) => rule)
    if (missing.length > 0) return { code: 'rules', missing }
    if (holdsOwnData(password, own)) return { code: 'ownData' }
    return isCommon(password) ? { code: 'common' } : undefined
  }
}
