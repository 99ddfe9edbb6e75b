import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import { deriveKey, type Key, type Keyring } from './keyrings.ts'
import type { Vault } from './vault.ts'

const ivBytes = 12
const tagBytes = 16

/** Random bytes drawn by the page: a call to the generator for each 12 bytes would cost more than the sealing. */
const makeNonces = () => {
  const page = Buffer.alloc(ivBytes * 256)
  let used = page.length
  return (): Buffer => {
    if (used === page.length) {
      randomFillSync(page)
      used = 0
    }
    used += ivBytes
    return Buffer.from(page.subarray(used - ivBytes, used))
  }
}

/**
 * `ring` seals and opens. `index` is one key that never rotates: it names expiring records and makes MACs,
 * so that a rotation of the ring loses nothing; another index key forgets all that expires.
 */
export const makeVault = ({ ring, index }: { readonly ring: Keyring; readonly index: Key }): Vault => {
  const sealing = new Map<string, KeyObject>(
    ring.map(key => [key.id, createSecretKey(deriveKey(key, 'guichet:vault:seal'))]),
  )
  const first = { id: ring[0].id, key: createSecretKey(deriveKey(ring[0], 'guichet:vault:seal')) }
  const hashKey = createSecretKey(deriveKey(index, 'guichet:vault:hashId'))
  const macKey = createSecretKey(deriveKey(index, 'guichet:vault:mac'))
  const nonce = makeNonces()
  // The purpose holds no NUL, so two pairs (purpose, text) never read the same.
  const keyed = (key: KeyObject, purpose: string, text: string): string =>
    createHmac('sha256', key).update(`${purpose}\0${text}`).digest('base64url')

  return {
    seal(purpose, value) {
      const iv = nonce()
      const cipher = createCipheriv('aes-256-gcm', first.key, iv)
      cipher.setAAD(Buffer.from(`${first.id}\0${purpose}`))
      const sealed = Buffer.concat([
        iv,
        cipher.update(JSON.stringify(value), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return `${first.id}.${sealed.toString('base64url')}`
    },

    open(purpose, sealed) {
      const dot = sealed.indexOf('.')
      const id = sealed.slice(0, dot)
      const key = sealing.get(id)
      if (!key) return undefined
      const text = sealed.slice(dot + 1)
      const bytes = Buffer.from(text, 'base64url')
      // decoding passes over what is not base64url and over bits that mean nothing: one sealed value has one writing
      if (bytes.length < ivBytes + tagBytes || bytes.toString('base64url') !== text) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(`${id}\0${purpose}`))
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
      try {
        const clear = decipher.update(bytes.subarray(ivBytes, bytes.length - tagBytes), undefined, 'utf8')
        return JSON.parse(clear + decipher.final('utf8'))
      } catch {
        return undefined
      }
    },

    hashId: (purpose, id) => keyed(hashKey, purpose, id),
    mac: (purpose, text) => keyed(macKey, purpose, text),
  }
}
