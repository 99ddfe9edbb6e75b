import { createHash } from 'node:crypto'
import { type AuditChain, makeAuditChain } from '../../src/audit/chain.ts'
import { makeEnvelope } from '../../src/protection/envelope.ts'
import { deriveKey, type Key, type Keyring } from '../../src/protection/keyrings.ts'
import { makeLookup } from '../../src/protection/lookup.ts'
import { makeVault } from '../../src/protection/make-vault.ts'
import type { Envelope, Lookup, Vault } from '../../src/protection/vault.ts'

/** Keys for tests only: the same in every process, so that several may share a database. */
export const aKey = (id = 'k1', seed = ''): Key => ({
  id,
  bytes: createHash('sha256').update(`test key ${id} ${seed}`).digest(),
})
export const aKeyring = (...ids: readonly string[]): Keyring => {
  const [first = 'k1', ...others] = ids
  return [aKey(first), ...others.map(id => aKey(id))]
}

export const aVault = (ring: Keyring = aKeyring('v1')): Vault => makeVault({ ring, index: aKey('index') })
export const anEnvelope = (ring: Keyring = aKeyring('p1')): Envelope => makeEnvelope(ring)
export const aLookup = (ring: Keyring = aKeyring('l1')): Lookup => makeLookup({ ring, index: aKey('index') })
export const anAuditChain = (key: Key = aKey('a1')): AuditChain => makeAuditChain(deriveKey(key, 'guichet:audit:chain'))
