/** Whether a password is one that others try first. Data: data/common-passwords.txt (README.md beside it says where from). */
import { readFileSync } from 'node:fs'

/** Lower case without accents: how a word is told, whatever it is dressed up with. */
export const fold = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')

const loadWords = (): ReadonlySet<string> =>
  new Set(
    readFileSync(new URL('./data/common-passwords.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#')),
  )

/** Lines of the keyboards in use, French and English, and what people count with. */
const lines = [
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb',
  'aqwzsxedcrfv',
  '1a2z3e4r5t6y',
  '1q2w3e4r5t6y',
  'a1z2e3r4t5y6',
  'q1w2e3r4t5y6',
]
const walks = lines.flatMap(line => [line, [...line].reverse().join('')])
const shortestRun = 3

/** How many characters of `text`, from `start`, follow one line of a keyboard, or repeat. */
const runFrom = (text: string, start: number): number => {
  let length = 1
  while (start + length < text.length && text[start + length] === text[start]) length += 1
  let longest = length
  for (const walk of walks) {
    let end = start + Math.max(longest, shortestRun)
    while (end <= text.length && walk.includes(text.slice(start, end))) {
      longest = end - start
      end += 1
    }
  }
  return longest
}

/** Nothing but runs along the keyboard or of one character, two characters apart. */
const isWalk = (text: string): boolean => {
  let others = 0
  for (let at = 0; at < text.length && others <= 2; ) {
    const run = runFrom(text, at)
    if (run < shortestRun) others += 1
    at += run < shortestRun ? 1 : run
  }
  return others <= 2
}

const leet: { readonly [character: string]: string } = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
}
const unleet = (text: string, one: string): string =>
  text.replace(/[^a-z]/g, character => (character === '1' ? one : (leet[character] ?? character)))

const atStart = /^[^a-z]+/
const atEnd = /[^a-z]+$/

/** The word that a password is dressed up from, as each way of undressing it says. */
const cores = (folded: string): readonly string[] => {
  const stripped = [folded, folded.replace(atStart, ''), folded.replace(atEnd, '')]
  stripped.push(folded.replace(atStart, '').replace(atEnd, ''))
  return [...new Set(stripped.flatMap(text => [text, unleet(text, 'l'), unleet(text, 'i')]))]
}

const repeated = /^(.+?)\1+$/

export const makeIsCommon = (): ((password: string) => boolean) => {
  const words = loadWords()
  return password => {
    const folded = fold(password)
    if (new Set(folded).size <= 3 || isWalk(folded)) return true
    return cores(folded).some(core => words.has(core) || words.has(repeated.exec(core)?.[1] ?? ''))
  }
}
