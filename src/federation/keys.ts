/** An operator's private JWKs, as the libraries take them, and their public halves. */
import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { DecryptionKey } from 'openid-client'

/** Throws when it is no private key: told at the start. */
export const signingKey = async (jwk: JWK): Promise<{ readonly key: CryptoKey; readonly kid?: string }> => {
  const key = await importJWK(jwk, jwk.alg ?? (jwk.kty === 'RSA' ? 'RS256' : 'ES256'))
  if (key instanceof Uint8Array || key.type !== 'private') throw new Error('not a private key')
  return { key, ...(jwk.kid ? { kid: jwk.kid } : {}) }
}

const encryptionAlgorithm = (jwk: JWK): string => jwk.alg ?? (jwk.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES')

export const decryptionKey = async (jwk: JWK): Promise<DecryptionKey> => {
  const alg = encryptionAlgorithm(jwk)
  const key = await importJWK(jwk, alg)
  if (key instanceof Uint8Array || key.type !== 'private') throw new Error('not a private key')
  return { key, alg, ...(jwk.kid ? { kid: jwk.kid } : {}) }
}

/** What an upstream needs to encrypt to us, and nothing private. */
export const publicHalf = (jwk: JWK): JWK => {
  const { kty, kid, crv, x, y, n, e } = jwk
  return Object.fromEntries(
    Object.entries({ kty, kid, crv, x, y, n, e, use: 'enc', alg: encryptionAlgorithm(jwk) }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as JWK
}
