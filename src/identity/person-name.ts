import { lengthOf, oneLine, plainPunctuation } from './typed-text.ts'

/** Characters, counted after normalisation. */
export const PERSON_NAME_LENGTH = 100

export type PersonNameFault = 'empty' | 'signs' | 'long'
export type PersonNameParsed =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly fault: PersonNameFault }

const refused = (fault: PersonNameFault): PersonNameParsed => ({ ok: false, fault })

/**
 * A name as civil status writes it: letters of any alphabet with their accents, spaces, hyphens, apostrophes, full stops. One
 * letter is enough. The result is in NFC with plain hyphens, apostrophes and single spaces; its case is kept.
 */
export const parsePersonName = (typed: string): PersonNameParsed => {
  const name = plainPunctuation(oneLine(typed))
  if (name === '') return refused('empty')
  if (!/^(?:\p{L}\p{M}*|[ '.-])+$/u.test(name) || !/\p{L}/u.test(name)) return refused('signs')
  if (lengthOf(name) > PERSON_NAME_LENGTH) return refused('long')
  return { ok: true, name }
}
