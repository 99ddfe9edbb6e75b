import fc from 'fast-check'

const digits = (from: number, to: number, length: number) =>
  fc.integer({ min: from, max: to }).map(value => String(value).padStart(length, '0'))

const months = fc.oneof(digits(1, 12, 2), digits(20, 42, 2), digits(50, 99, 2))
const places = fc.oneof(
  fc.tuple(digits(1, 96, 2), digits(1, 999, 3)).map(([department, town]) => department + town),
  fc.tuple(fc.constantFrom('2A', '2B'), digits(1, 999, 3)).map(([department, town]) => department + town),
  fc.tuple(digits(971, 978, 3), digits(1, 99, 2)).map(([department, town]) => department + town),
  digits(98001, 98999, 5),
  digits(99001, 99999, 5),
)

/** The 13 characters of any well-formed number but the specimen's. */
export const wellFormedNumbers = fc
  .tuple(fc.constantFrom('1', '2', '3', '4', '7', '8'), digits(0, 99, 2), months, places, digits(1, 999, 3))
  .map(parts => parts.join(''))
  .filter(number => number !== '2690549588157')

/** Any string at all, lone surrogates, control characters and signs of every alphabet included. */
export const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map(units => String.fromCharCode(...units)),
)

/** What stands between characters when people type or paste. */
export const separators = fc.constantFrom(
  '',
  ' ',
  '\u00a0',
  '\u202f',
  '\u2009',
  '\t',
  '.',
  '-',
  '\u2010',
  '\u2011',
  '\u2013',
  '\u2014',
  '\u2212',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '/',
  '·',
)

/** The same characters with separators among them, in either case, some of them full-width. */
export const asPeopleType = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(separators, fc.constantFrom('plain', 'lower', 'wide')), {
      minLength: text.length,
      maxLength: text.length,
    })
    .map(choices => choices.map(([before, way], index) => before + written(text.charAt(index), way)).join(''))

const written = (character: string, way: string): string => {
  if (way === 'lower') return character.toLowerCase()
  return way === 'wide' ? String.fromCharCode(character.charCodeAt(0) + 0xfee0) : character
}

/** True when a text can be shown and sent as it is: well-formed, without control or invisible characters. */
export const isClean = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(text)
