/** The writings that a text may have taken: what is looked for, in clear and encoded. */

/** Base64 of a text within something longer: three alignments, without the ends that neighbours change. */
const base64Within = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map(offset => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return padded.slice(offset === 0 ? 0 : offset + 1, padded.length - 2)
  })

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0')
const percentAll = (bytes: Buffer): string => [...bytes].map(byte => `%${hexOf(byte)}`).join('')
const quotedPrintable = (bytes: Buffer): string =>
  [...bytes]
    .map(byte => (byte >= 33 && byte <= 126 && byte !== 61 ? String.fromCharCode(byte) : `=${hexOf(byte)}`))
    .join('')
/** As the subject of a mail is written. */
const encodedWord = (bytes: Buffer): string => quotedPrintable(bytes).replaceAll('=20', '_')
const jsonEscaped = (text: string): string =>
  text.replace(/[^ -~]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
const entities = (text: string, signs: RegExp, base: 10 | 16): string =>
  text.replace(signs, sign => `&#${base === 16 ? 'x' : ''}${(sign.codePointAt(0) ?? 0).toString(base)};`)

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

const encodings = (text: string): readonly string[] => {
  const bytes = Buffer.from(text, 'utf8')
  const percent = encodeURIComponent(text)
  const base64 = base64Within(bytes)
  return [
    bytes.toString('latin1'), // UTF-8 bytes, as everything is searched
    Buffer.from(text, 'latin1').toString('latin1'),
    bytes.toString('hex'),
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll('%', '%25'),
    percentAll(bytes),
    quotedPrintable(bytes),
    encodedWord(bytes),
    jsonEscaped(text),
    entities(text, /[^ -~]|[&<>"']/g, 10),
    entities(text, /[^ -~]|[&<>"']/g, 16),
    entities(text, /[\s\S]/gu, 10),
    Buffer.from(text, 'utf16le').toString('latin1'),
    utf16be(text).toString('latin1'),
    Buffer.from(text, 'utf16le').toString('hex'),
    ...base64,
    ...base64.map(one => one.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

/** Shorter than that, a writing would be found by chance. */
const SHORTEST = 6

/** Longer than that it is random, and nobody changes its letters. */
const LONGEST_SPOKEN = 40

const formsOf = (text: string): readonly string[] =>
  text.length > LONGEST_SPOKEN
    ? [text]
    : [text, text.normalize('NFC'), text.normalize('NFD'), text.toLowerCase(), text.toUpperCase()]

/** Every writing of a text that is searched for, as the bytes of each read as Latin-1. */
export const writingsOf = (text: string): readonly string[] =>
  [...new Set([...new Set(formsOf(text))].flatMap(encodings))].filter(one => one.length >= SHORTEST)
