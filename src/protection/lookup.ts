import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { LookupKey } from '../stores/contracts.ts'
import { deriveKey, type Key, type Keyring } from './keyrings.ts'
import type { Lookup } from './vault.ts'

const hmac = (key: KeyObject, text: string): string => createHmac('sha256', key).update(text).digest('base64url')

/** `index` never rotates: a throttle's count must survive a rotation of the ring. */
export const makeLookup = ({ ring, index }: { readonly ring: Keyring; readonly index: Key }): Lookup => {
  // Oldest first: whoever takes a number takes it first where its present holder surely has it.
  const oldestFirst = ring.toReversed()
  const keysFor = (purpose: string) =>
    oldestFirst.map(key => ({ id: key.id, key: createSecretKey(deriveKey(key, purpose)) }))
  const nirKeys = keysFor('guichet:lookup:nir')
  const emailKeys = keysFor('guichet:lookup:email')
  const identityKeys = keysFor('guichet:lookup:identity')
  const throttle = createSecretKey(deriveKey(index, 'guichet:lookup:throttle'))
  const under = (keys: typeof nirKeys, text: string): readonly LookupKey[] =>
    keys.map(({ id, key }) => ({ keyId: id, value: hmac(key, text) }))

  return {
    nir: number => under(nirKeys, number),
    email: normalised => under(emailKeys, normalised),
    identity: (issuer, sub) => under(identityKeys, `${issuer}\0${sub}`),
    areWhole: keys =>
      keys.length % oldestFirst.length === 0 &&
      keys.every(({ keyId }, at) => keyId === oldestFirst[at % oldestFirst.length]?.id),
    isWhole: keys => keys.length === oldestFirst.length && oldestFirst.every(({ id }, at) => keys[at]?.keyId === id),
    throttleKey: (kind, typed) => hmac(throttle, `${kind}\0${typed}`),
  }
}
