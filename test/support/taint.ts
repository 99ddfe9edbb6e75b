/** Looks for what must not be there, in the writings that it could have taken. */

export type Needle = { readonly name: string; readonly text: string }

/** Base64 of a text within something longer: three alignments, without the ends that neighbours change. */
const base64Within = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map(offset => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return padded.slice(offset === 0 ? 0 : offset + 1, padded.length - 2)
  })

const percentAll = (bytes: Buffer): string => [...bytes].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

const jsonEscaped = (text: string): string =>
  text.replace(/[^ -~]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Every writing of a text that is searched for, longest aliases included, in lower case. */
export const writingsOf = (text: string): readonly string[] => {
  const bytes = Buffer.from(text, 'utf8')
  const base64 = base64Within(bytes)
  const insensitive = [
    text,
    bytes.toString('hex'),
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll('%20', '+'),
    percentAll(bytes),
    jsonEscaped(text),
    text.replace(/[^ -~]/g, sign => `&#${sign.codePointAt(0)};`),
    text.normalize('NFD'),
    bytes.toString('latin1'), // UTF-8 bytes, as a file is searched
    Buffer.from(text, 'utf16le').toString('latin1'),
    Buffer.from(text, 'utf16le').toString('hex'),
  ]
  const sensitive = [...base64, ...base64.map(one => one.replaceAll('+', '-').replaceAll('/', '_'))]
  return [...new Set([...insensitive, ...sensitive].map(one => one.toLowerCase()))]
}

/** The names of the needles that stand in this text, with the writing found. */
export const found = (needles: readonly Needle[], haystack: string): readonly string[] => {
  const lower = haystack.toLowerCase()
  return needles.flatMap(({ name, text }) => {
    const writing = writingsOf(text).find(one => lower.includes(one))
    return writing === undefined
      ? []
      : [`${name}: …${lower.slice(Math.max(0, lower.indexOf(writing) - 60)).slice(0, 160)}…`]
  })
}
