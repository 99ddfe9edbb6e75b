/**
 * What is left of a town's name once the ways of writing it are taken away: « St Étienne », « SAINT-ETIENNE CEDEX 2 »
 * and « Saint-Étienne » give the same key; so do « Lyon 3e », « LYON 03 » and « Lyon ».
 */
export const townKey = (name: string): string =>
  plainWords(name)
    .replace(/ CEDEX( \d+)?$/, '')
    .replace(/(?<=\p{L}) (0?1ER|\d{1,2}(E|EME|ND|NDE)?)( ARR(T|DT|ONDISSEMENT)?)?$/u, '')
    .split(' ')
    .map(word => abbreviations.get(word) ?? word)
    .join('')

/** « sur » and « sous » are both cut to « s/ »: they share one key, which no postcode's towns confuse. */
const abbreviations: ReadonlyMap<string, string> = new Map([
  ['ST', 'SAINT'],
  ['STE', 'SAINTE'],
  ['STS', 'SAINTS'],
  ['STES', 'SAINTES'],
  ['SUR', 'S'],
  ['SOUS', 'S'],
])

const plainWords = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll('Œ', 'OE')
    .replaceAll('Æ', 'AE')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
