/** Looks for many needles in many writings in one pass: whole databases and browser profiles are searched. */
import { writingsOf } from './writings.ts'

export type Needle = {
  /** What it is: « password », « code ». What is found is told by this, never by the text. */
  readonly kind: string
  readonly text: string
}
export type Found = { readonly kind: string; readonly at: number }
export type Search = (haystack: Buffer | string) => readonly Found[]

type Pattern = { readonly kind: string; readonly bytes: Buffer }

/** Four bytes tell almost every place where nothing stands. */
const PREFIX = 4
const BITS = 22

const slotOf = (bytes: Buffer, at: number): number =>
  Math.imul(
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24),
    0x9e3779b1,
  ) >>>
  (32 - BITS)

const lowered = (haystack: Buffer | string): Buffer => {
  const bytes = typeof haystack === 'string' ? Buffer.from(haystack, 'utf8') : Buffer.from(haystack)
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= 65 && byte <= 90) bytes[at] = byte + 32
  }
  return bytes
}

/** Letters are taken alike, small or capital: those that ASCII has. */
export const makeSearch = (needles: readonly Needle[]): Search => {
  const table = new Map<number, Pattern[]>()
  const filter = new Uint8Array(1 << BITS)
  const known = new Set<string>()
  for (const { kind, text } of needles) {
    for (const writing of writingsOf(text)) {
      if (known.has(`${kind} ${writing}`)) continue
      known.add(`${kind} ${writing}`)
      const bytes = lowered(Buffer.from(writing, 'latin1'))
      const slot = slotOf(bytes, 0)
      filter[slot] = 1
      table.set(slot, [...(table.get(slot) ?? []), { kind, bytes }])
    }
  }
  return haystack => {
    const bytes = lowered(haystack)
    const found = new Map<string, Found>()
    for (let at = 0; at + PREFIX <= bytes.length; at += 1) {
      const slot = slotOf(bytes, at)
      if (filter[slot] === 0) continue
      for (const { kind, bytes: pattern } of table.get(slot) ?? [])
        if (!found.has(kind) && bytes.subarray(at, at + pattern.length).equals(pattern)) found.set(kind, { kind, at })
    }
    return [...found.values()]
  }
}
