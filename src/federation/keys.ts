/** An operator's private JWKs, as the libraries take them, and their public halves. */
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { DecryptionKey } from 'openid-client'

export type KeyUse = 'sig' | 'enc'

/** For each use and type of key: the algorithms that it may name, the first when it names none, and its curves. */
const KINDS: {
  readonly [use in KeyUse]: {
    readonly [kty: string]: { readonly algorithms: readonly string[]; readonly curves?: readonly string[] }
  }
} = {
  sig: {
    EC: { algorithms: ['ES256'], curves: ['P-256'] },
    RSA: { algorithms: ['RS256', 'PS256'] },
    OKP: { algorithms: ['EdDSA'], curves: ['Ed25519'] },
  },
  enc: {
    EC: { algorithms: ['ECDH-ES'], curves: ['P-256', 'P-384', 'P-521'] },
    RSA: { algorithms: ['RSA-OAEP-256'] },
  },
}
const LEAST_RSA_BITS = 2048

const algorithmOf = (use: KeyUse, jwk: JWK): string => jwk.alg ?? KINDS[use][jwk.kty ?? '']?.algorithms[0] ?? ''

const picked = (jwk: JWK, names: readonly (keyof JWK)[]): JWK =>
  Object.fromEntries(names.filter(name => jwk[name] !== undefined).map(name => [name, jwk[name]])) as JWK

const PUBLIC = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const
const PRIVATE = [...PUBLIC, 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

const isStrong = (key: KeyObject): boolean =>
  key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS

/** Whether it is a whole private key, its halves of one another, that can be put to this use. */
export const isPrivateKeyFor = (use: KeyUse, jwk: JWK): boolean => {
  const kind = KINDS[use][jwk.kty ?? '']
  if (!kind?.algorithms.includes(algorithmOf(use, jwk))) return false
  if (kind.curves && !kind.curves.includes(jwk.crv ?? '')) return false
  try {
    const key = createPrivateKey({ key: picked(jwk, PRIVATE) as JsonWebKey, format: 'jwk' })
    const shown = createPublicKey({ key: picked(jwk, PUBLIC) as JsonWebKey, format: 'jwk' })
    const digest = jwk.kty === 'OKP' ? null : 'sha256'
    const said = Buffer.from('guichet')
    return isStrong(key) && verify(digest, said, shown, sign(digest, said, key))
  } catch {
    return false
  }
}

type Imported = { readonly key: CryptoKey; readonly alg: string; readonly kid?: string }

/** What it says of its uses counts for nothing: the configuration's own word does. */
const imported = async (use: KeyUse, jwk: JWK): Promise<Imported> => {
  const alg = algorithmOf(use, jwk)
  const key = await importJWK(picked(jwk, PRIVATE), alg)
  if (key instanceof Uint8Array || key.type !== 'private') throw new Error('not a private key')
  return { key, alg, ...(jwk.kid ? { kid: jwk.kid } : {}) }
}

export const signingKey = async (jwk: JWK): Promise<Omit<Imported, 'alg'>> => {
  const { alg: _, ...key } = await imported('sig', jwk)
  return key
}

export const decryptionKey = (jwk: JWK): Promise<DecryptionKey> => imported('enc', jwk)

/** What an upstream needs to encrypt to us, and nothing private. */
export const publicHalf = (jwk: JWK): JWK => ({
  ...picked(jwk, [...PUBLIC, 'kid']),
  use: 'enc',
  alg: algorithmOf('enc', jwk),
})
