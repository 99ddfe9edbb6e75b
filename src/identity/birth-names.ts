/** Whether two birth names may be one person's: written by hand in a form, and by a civil register. */
import type { Answer } from './answer.ts'

const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/œ/gi, 'oe')
    .replaceAll(/æ/gi, 'ae')
    .toUpperCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')

/**
 * `agrees`: the same letters, accents, hyphens and spaces apart. `unknown`: a word in common, as where one has a double name
 * and the other its half. `differs`: none.
 */
export const compareBirthNames = (a: string, b: string): Answer => {
  const [one, other] = [wordsOf(a), wordsOf(b)]
  if (one.length === 0 || other.length === 0) return 'unknown'
  if (one.join('') === other.join('')) return 'agrees'
  // « DE », « LE »: in common with anybody
  const telling = (word: string) => word.length > 2
  return one.some(word => telling(word) && other.includes(word)) ? 'unknown' : 'differs'
}
