/** Makes keys, and the changes of a rotation. Nothing here touches a file. */
import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { KeyringName } from '../protection/keyrings.ts'
import type { SigningKey, WrittenKey, WrittenKeys } from './keys-shape.ts'

const makeKey = (): WrittenKey => ({
  id: randomBytes(4).toString('hex'),
  key: randomBytes(32).toString('base64url'),
})

const makeSigningKey = async (alg: 'ES256' | 'RS256'): Promise<SigningKey> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' } as SigningKey
}

const makeSigningKeys = (): Promise<readonly SigningKey[]> =>
  Promise.all([makeSigningKey('ES256'), makeSigningKey('RS256')])

/** A whole new set. */
export const makeKeys = async (): Promise<WrittenKeys> => ({
  personal: [makeKey()],
  lookup: [makeKey()],
  vault: [makeKey()],
  audit: [makeKey()],
  index: [makeKey()],
  pairwise: [makeKey()],
  signing: await makeSigningKeys(),
})

/** Puts a new key in front: it seals from the next start on, and the former ones still open. */
export const rotateRing = (keys: WrittenKeys, ring: KeyringName): WrittenKeys => ({
  ...keys,
  [ring]: [makeKey(), ...keys[ring]],
})

export type AnnouncedRing = 'personal' | 'vault'
export type Moved = { readonly kind: 'moved'; readonly keys: WrittenKeys } | { readonly kind: 'unfit' }

/** Puts the next key second: it opens from the next start on, and seals once it is promoted. Unfit: one is announced already. */
export const announceKey = (keys: WrittenKeys, ring: AnnouncedRing): Moved => {
  const [first, ...former] = keys[ring]
  if (!first || former.some(({ next }) => next)) return { kind: 'unfit' }
  return { kind: 'moved', keys: { ...keys, [ring]: [first, { ...makeKey(), next: true }, ...former] } }
}

/** Puts the key that was announced in front: it seals from the next start on. Unfit: none is. */
export const promoteKey = (keys: WrittenKeys, ring: AnnouncedRing): Moved => {
  const announced = keys[ring].find(({ next }) => next)
  if (!announced) return { kind: 'unfit' }
  const { id, key } = announced
  return { kind: 'moved', keys: { ...keys, [ring]: [{ id, key }, ...keys[ring].filter(one => one !== announced)] } }
}

/** Appends the next signing keys: published, so that services learn them before they sign. */
export const announceSigning = async (keys: WrittenKeys): Promise<WrittenKeys> => ({
  ...keys,
  signing: [...keys.signing, ...(await makeSigningKeys())],
})

const lastOf = (keys: readonly SigningKey[], alg: string): SigningKey | undefined =>
  keys.findLast(key => key.alg === alg)

/** Moves the last key of each algorithm to the front: it signs from the next start on. */
export const promoteSigning = (keys: WrittenKeys): WrittenKeys => {
  const next = [lastOf(keys.signing, 'ES256'), lastOf(keys.signing, 'RS256')].filter(key => key !== undefined)
  return { ...keys, signing: [...next, ...keys.signing.filter(key => !next.includes(key))] }
}

export type Retired = { readonly kind: 'retired'; readonly keys: WrittenKeys } | { readonly kind: 'unknown' | 'inUse' }

const retireSigning = (keys: WrittenKeys, kid: string): Retired => {
  const found = keys.signing.find(key => key.kid === kid)
  if (!found) return { kind: 'unknown' }
  if (keys.signing.find(key => key.alg === found.alg) === found) return { kind: 'inUse' }
  return { kind: 'retired', keys: { ...keys, signing: keys.signing.filter(key => key !== found) } }
}

/** Drops a former key of `vault`, whose sealed things expire by themselves, or a former signing key. */
export const retireKey = (keys: WrittenKeys, ring: 'vault' | 'signing', id: string): Retired => {
  if (ring === 'signing') return retireSigning(keys, id)
  const at = keys.vault.findIndex(key => key.id === id)
  if (at < 0) return { kind: 'unknown' }
  if (at === 0) return { kind: 'inUse' }
  return { kind: 'retired', keys: { ...keys, vault: keys.vault.filter(key => key.id !== id) } }
}
