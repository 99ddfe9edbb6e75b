import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { deriveKey, type Keyring } from './keyrings.ts'
import type { Envelope } from './vault.ts'

const algorithms = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }

/** JWE compact (dir, A256GCM). The protected header, authenticated, holds the key's id and in `sub` the account it belongs to. */
export const makeEnvelope = (ring: Keyring): Envelope => {
  const keys = new Map(ring.map(key => [key.id, deriveKey(key, 'guichet:personal:envelope')]))
  const [first] = ring
  const firstKey = deriveKey(first, 'guichet:personal:envelope')

  return {
    seal: (accountId, value) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id, sub: accountId })
        .encrypt(firstKey),

    async open(accountId, sealed) {
      const { kid, sub } = decodeProtectedHeader(sealed)
      const key = typeof kid === 'string' ? keys.get(kid) : undefined
      if (!key) throw new Error('an envelope lies under a key that is not in the keyring « personal »')
      if (sub !== accountId) throw new Error('an envelope belongs to another account')
      const { plaintext } = await compactDecrypt(sealed, key, algorithms)
      return JSON.parse(Buffer.from(plaintext).toString('utf8'))
    },

    isStale: sealed => decodeProtectedHeader(sealed).kid !== first.id,
  }
}
