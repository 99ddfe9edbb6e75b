const INVISIBLE = /[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu
const SPACES = /[\p{White_Space}\p{Cc}]+/gu
const HYPHENS = /[\p{Pd}\u2212]/gu
const APOSTROPHES = /[\u2018\u2019\u201B\u02B9\u02BB\u02BC\u02BD\u02C8\u00B4\u0060\u2032\uA78C\uFF07]/gu

/** Text on one line as its reader sees it: nothing invisible, no control character, single plain spaces, NFC. */
export const oneLine = (typed: string): string =>
  typed.replace(SPACES, ' ').replace(INVISIBLE, '').normalize('NFC').replace(SPACES, ' ').trim()

/** Digits and capitals as a form asks for them: full-width ones become plain, separators of every kind go. */
export const compact = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/[\p{White_Space}\p{Cc}\p{Pd}\u2212.,/_\u2044\u2215\u00B7\u2022\u2027\u22C5]/gu, '')
    .toUpperCase()

/**
 * Accents in a row on one letter. No language comes near; Unicode's own bound (UAX 15, Stream-Safe Text Format) is 30. The two
 * half-width voicing signs of katakana are letters that NFKC makes accents of, the only ones.
 */
const OVERMARKED = /[\p{M}\uFF9E\uFF9F]{31}/u

/** To be refused before it is normalised: that takes the square of how many accents stand in a row, minutes for one form. */
export const isOvermarked = (typed: string): boolean =>
  typed.length > 30 && OVERMARKED.test(typed.replace(INVISIBLE, ''))

/** One hyphen and one apostrophe for all their typographic kinds. */
export const plainPunctuation = (text: string): string => text.replace(HYPHENS, '-').replace(APOSTROPHES, "'")

/** How many characters a reader counts, near enough: code points, not UTF-16 units. */
export const lengthOf = (text: string): number => [...text].length
