/** What a file of keys holds: the rings and fixed keys of protection/keyrings.ts, and the keys that sign tokens. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { z } from 'zod'
import {
  type FixedKeyName,
  fixedKeyNames,
  type Key,
  type Keyring,
  KeyringFault,
  type KeyringName,
  keyringNames,
  parseFixedKey,
  parseKeyring,
  refuseShared,
} from '../protection/keyrings.ts'

export const ringNames = Object.keys(keyringNames) as readonly KeyringName[]
export const fixedNames = Object.keys(fixedKeyNames) as readonly FixedKeyName[]

const text = z.string().min(1).max(1024)
const common = { kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), use: z.literal('sig') }
const elliptic = z.strictObject({
  ...common,
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  x: text,
  y: text,
  d: text,
})
/** 2048 bits or more: such a modulus takes 342 characters. */
const rsa = z.strictObject({
  ...common,
  kty: z.literal('RSA'),
  alg: z.literal('RS256'),
  n: z.string().min(342).max(1400),
  e: text,
  d: z.string().min(300).max(1400),
  p: text,
  q: text,
  dp: text,
  dq: text,
  qi: text,
})

const signingSchema = z
  .array(z.discriminatedUnion('kty', [elliptic, rsa]))
  .max(20)
  .refine(keys => new Set(keys.map(({ kid }) => kid)).size === keys.length)
  .refine(keys => keys.some(({ alg }) => alg === 'ES256') && keys.some(({ alg }) => alg === 'RS256'))

/** Whether what it signs is verified by what is published of it: halves of two keys, or a cut one, would lock every service out. */
const signsForItself = (key: SigningKey): boolean => {
  const { kty } = key
  const shown = kty === 'EC' ? { kty, crv: key.crv, x: key.x, y: key.y } : { kty, n: key.n, e: key.e }
  const said = Buffer.from('guichet')
  try {
    const signature = sign('sha256', said, createPrivateKey({ key, format: 'jwk' }))
    return verify('sha256', said, createPublicKey({ key: shown, format: 'jwk' }), signature)
  } catch {
    return false
  }
}

/** As written: secrets in base64url. */
export type WrittenKey = { readonly id: string; readonly key: string; readonly next?: true }
export type SigningKey = Readonly<z.output<typeof elliptic>> | Readonly<z.output<typeof rsa>>
export type WrittenKeys = { readonly [name in KeyringName | FixedKeyName]: readonly WrittenKey[] } & {
  readonly signing: readonly SigningKey[]
}

/** Parsed, ready for protection/ and oidc/. */
export type Keys = { readonly [name in KeyringName]: Keyring } & { readonly [name in FixedKeyName]: Key } & {
  /** Private JWKs, published without their private part: the first of each algorithm signs. */
  readonly signing: readonly SigningKey[]
}

export type ParsedKeys =
  | { readonly kind: 'parsed'; readonly keys: Keys; readonly written: WrittenKeys }
  | { readonly kind: 'refused'; readonly problem: string }

const refused = (problem: string): ParsedKeys => ({ kind: 'refused', problem })

/** Checks what was read as JSON. The problem names the ring and the command that mends it, never a key. */
export const parseKeys = (given: unknown): ParsedKeys => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return refused('expected an object of keyrings; « npm run guichet -- keys new » makes one.')
  const lists = new Map(Object.entries(given))
  const unknown = [...lists.keys()].find(name => ![...ringNames, ...fixedNames, 'signing'].includes(name))
  if (unknown !== undefined) return refused(`« ${unknown} » is no keyring: take it out.`)
  try {
    const rings = {
      personal: parseKeyring('personal', lists.get('personal')),
      lookup: parseKeyring('lookup', lists.get('lookup')),
      vault: parseKeyring('vault', lists.get('vault')),
      audit: parseKeyring('audit', lists.get('audit')),
    }
    const index = parseFixedKey('index', lists.get('index'))
    const pairwise = parseFixedKey('pairwise', lists.get('pairwise'))
    refuseShared({ ...rings, index: [index], pairwise: [pairwise] })
    const signing = signingSchema.safeParse(lists.get('signing'))
    if (!signing.success)
      return refused(
        '« signing » must hold private JWKs with kid, alg and use, at least one ES256 and one RS256 of 2048 bits or more; « npm run guichet -- keys new » makes them.',
      )
    if (!signing.data.every(signsForItself))
      return refused(
        '« signing » holds a key whose private part is not that of its public part: give back the one that was made; « npm run guichet -- keys new » makes others.',
      )
    return { kind: 'parsed', keys: { ...rings, index, pairwise, signing: signing.data }, written: given as WrittenKeys }
  } catch (fault) {
    if (fault instanceof KeyringFault) return refused(fault.message)
    throw fault
  }
}
