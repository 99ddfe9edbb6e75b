/** What people choose when a password must have eight characters, a capital and a digit: a common word, dressed up. */
import { readFileSync } from 'node:fs'
import { makeCheckPassword } from '../../../src/protection/password-policy.ts'

const list = new URL('../../../src/protection/data/common-passwords.txt', import.meta.url)
const words = readFileSync(list, 'utf8')
  .split('\n')
  .filter(line => /^[a-z]+$/.test(line))

const dresses: readonly ((word: string) => string)[] = [
  word => `${word}1`,
  word => `${word}123`,
  word => `${word}2024`,
  word => `${word}75!`,
  word => `${word}@1`,
  word => `1${word}`,
]
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

/** The nth guess of somebody who knows what people choose. */
export const aCommonPassword = (nth: number): string => {
  const word = words[Math.floor(nth / dresses.length) % words.length] ?? 'soleil'
  return (dresses[nth % dresses.length] ?? (one => one))(capital(word))
}

/** How many of these somebody may choose here: those that lack no rule, and that the policy lets through. */
export const commonPasswordsAllowed = (): { readonly allowed: number; readonly of: number } => {
  const check = makeCheckPassword()
  const own = { names: [], email: '', nir: '' }
  let allowed = 0
  let of = 0
  for (let nth = 0; nth < words.length * dresses.length; nth += 1) {
    const fault = check(aCommonPassword(nth), own)
    if (fault?.code === 'rules') continue
    of += 1
    if (!fault) allowed += 1
  }
  return { allowed, of }
}
