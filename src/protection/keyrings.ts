/** Keys held outside the database, as an operator gives them: parsed once, then trusted. */
import { hkdfSync } from 'node:crypto'

/** next: announced. It opens what processes that are ahead sealed, and seals nothing yet. */
export type Key = { readonly id: string; readonly bytes: Buffer; readonly next?: true }
/** The first seals and signs, all open and verify; newest first, but for one that is announced: it stands second. */
export type Keyring = readonly [Key, ...Key[]]

/** What each keyring is for. A ring holds one key or more; what `fixed` names is one key that never rotates. */
export const keyringNames = {
  personal: 'seals personal data',
  lookup: 'finds accounts by number or e-mail',
  vault: 'seals what expires, cookies and queued work',
  audit: 'chains and signs the audit',
} as const
export const fixedKeyNames = {
  index: 'names what expires; another one forgets sessions, codes, tokens and throttles',
  pairwise: "makes each service's subjects; another one changes them all",
} as const

export type KeyringName = keyof typeof keyringNames
export type FixedKeyName = keyof typeof fixedKeyNames

/** A keyring that is missing, weak or malformed; the message says which and what to do, and repeats no key. */
export class KeyringFault extends Error {
  override readonly name = 'KeyringFault'
}

const remedy = 'Make good ones with: npm run guichet -- keys new'
const refuse = (name: string, why: string): never => {
  throw new KeyringFault(`The keyring « ${name} » ${why}. ${remedy}`)
}

const keyId = /^[A-Za-z0-9_-]{1,32}$/
const base64url = /^[A-Za-z0-9_-]+$/

/** Text typed or copied from an example, not drawn at random: few different bytes, or a run that counts up. */
const looksWeak = (bytes: Buffer): boolean => {
  if (new Set(bytes).size < Math.min(16, bytes.length / 2)) return true
  const step = (bytes[1] ?? 0) - (bytes[0] ?? 0)
  return bytes.every((byte, i) => i === 0 || ((byte - (bytes[i - 1] ?? 0)) & 255) === (step & 255))
}

const parseKey = (name: string, given: unknown): Key => {
  if (typeof given !== 'object' || given === null) return refuse(name, 'holds something that is not { id, key }')
  const { id, key, next } = given as { id?: unknown; key?: unknown; next?: unknown }
  if (typeof id !== 'string' || !keyId.test(id))
    return refuse(name, 'holds a key whose id is not 1 to 32 letters, digits, - or _')
  if (typeof key !== 'string' || !base64url.test(key)) return refuse(name, `holds a key (${id}) that is not base64url`)
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length < 32) return refuse(name, `holds a key (${id}) of fewer than 32 bytes`)
  if (looksWeak(bytes)) return refuse(name, `holds a key (${id}) that was not drawn at random`)
  if (next !== undefined && next !== true) return refuse(name, `holds a key (${id}) whose « next » is not true`)
  return { id, bytes, ...(next && { next }) }
}

/** `given` is the list [{ id, key }, …] itself or its JSON text. Throws KeyringFault. */
export const parseKeyring = (name: string, given: unknown): Keyring => {
  if (given === undefined || given === null || given === '') return refuse(name, 'is missing')
  const list = typeof given === 'string' ? parseJson(name, given) : given
  if (!Array.isArray(list)) return refuse(name, 'is not a list of { id, key }')
  const [first, ...others] = list.map(item => parseKey(name, item))
  if (!first) return refuse(name, 'is empty')
  if (first.next) return refuse(name, 'begins with a key that is announced only')
  const keys: Keyring = [first, ...others]
  if (new Set(keys.map(key => key.id)).size < keys.length) return refuse(name, 'holds two keys of the same id')
  if (new Set(keys.map(key => key.bytes.toString('hex'))).size < keys.length)
    return refuse(name, 'holds the same key twice')
  return keys
}

const parseJson = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return refuse(name, 'is not JSON')
  }
}

/** A key that never rotates: a list of exactly one. */
export const parseFixedKey = (name: string, given: unknown): Key => {
  const [key, ...others] = parseKeyring(name, given)
  if (others.length > 0) return refuse(name, 'must hold one key only, for it never rotates')
  return key
}

/** No key may serve two purposes: whoever learns one would have the other. */
export const refuseShared = (rings: { readonly [name: string]: Keyring }): void => {
  const seen = new Map<string, string>()
  for (const [name, ring] of Object.entries(rings)) {
    for (const key of ring) {
      const fingerprint = key.bytes.toString('hex')
      const other = seen.get(fingerprint)
      if (other !== undefined && other !== name) refuse(name, `holds a key of the keyring « ${other} »`)
      seen.set(fingerprint, name)
    }
  }
}

/** A key of its own for each purpose, from a key of a ring: one purpose's never serves another. */
export const deriveKey = (key: Key, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key.bytes, 'guichet', purpose, 32))
