/** Makes keys, and the changes of a rotation. Nothing here touches a file. */
import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { type Keys, keysSchema, type RingKey, type RingName, type SigningKey } from './keys-shape.ts'

const makeSecret = (): string => randomBytes(32).toString('base64url')
const makeRingKey = (): RingKey => ({ id: randomBytes(4).toString('hex'), key: makeSecret() })

const makeSigningKey = async (alg: 'ES256' | 'RS256'): Promise<unknown> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }
}

const makeSigningKeys = (): Promise<readonly unknown[]> =>
  Promise.all([makeSigningKey('ES256'), makeSigningKey('RS256')])

/** A whole new set. */
export const makeKeys = async (): Promise<Keys> =>
  keysSchema.parse({
    envelope: [makeRingKey()],
    lookup: [makeRingKey()],
    vault: [makeRingKey()],
    audit: [makeRingKey()],
    cookies: [makeRingKey()],
    pairwise: makeSecret(),
    signing: await makeSigningKeys(),
  })

/** Puts a new key in front: it seals from the next start on, and the former ones still open. */
export const rotateRing = (keys: Keys, ring: RingName): Keys => ({ ...keys, [ring]: [makeRingKey(), ...keys[ring]] })

/** Appends next signing keys: published, so that services learn them before they sign. */
export const announceSigning = async (keys: Keys): Promise<Keys> =>
  keysSchema.parse({ ...keys, signing: [...keys.signing, ...(await makeSigningKeys())] })

const lastOf = (keys: readonly SigningKey[], alg: string): SigningKey | undefined =>
  keys.findLast(key => key.alg === alg)

/** Moves the last key of each algorithm to the front: it signs from the next start on. */
export const promoteSigning = (keys: Keys): Keys => {
  const next = [lastOf(keys.signing, 'ES256'), lastOf(keys.signing, 'RS256')].filter(key => key !== undefined)
  return { ...keys, signing: [...next, ...keys.signing.filter(key => !next.includes(key))] }
}

export type Retired = { readonly kind: 'retired'; readonly keys: Keys } | { readonly kind: 'unknown' | 'inUse' }

/** Drops a former key of a ring whose sealed things are all gone by themselves, or a former signing key. */
export const retireKey = (keys: Keys, ring: 'cookies' | 'signing', id: string): Retired => {
  if (ring === 'cookies') {
    const at = keys.cookies.findIndex(key => key.id === id)
    if (at < 0) return { kind: 'unknown' }
    return at === 0
      ? { kind: 'inUse' }
      : { kind: 'retired', keys: { ...keys, cookies: keys.cookies.filter(key => key.id !== id) } }
  }
  const found = keys.signing.find(key => key.kid === id)
  if (!found) return { kind: 'unknown' }
  if (keys.signing.find(key => key.alg === found.alg) === found) return { kind: 'inUse' }
  return { kind: 'retired', keys: { ...keys, signing: keys.signing.filter(key => key !== found) } }
}
