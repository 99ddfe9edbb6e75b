import { randomBytes } from 'node:crypto'
import { type AuditChain, makeAuditChain } from './audit/chain.ts'
import { type Audit, makeAudit } from './audit/log.ts'
import { refuseOtherKeys } from './config/fingerprints.ts'
import type { Configuration } from './config/start.ts'
import { deriveKey, type Key } from './protection/keyrings.ts'
import { makeVault } from './protection/make-vault.ts'
import type { Vault } from './protection/vault.ts'
import type { Stores } from './stores/contracts.ts'
import { openStores, prepareStores, type StorePlace } from './stores/open.ts'

/** What the server and the command line stand on alike. */
export type Foundations = {
  readonly vault: Vault
  readonly stores: Stores
  readonly audit: Audit
  /** Sentences for the operator about the servers of the stores. */
  readonly advice: readonly string[]
}

/** The audit's own key, made of one of its ring. */
export const auditChainOf = (key: Key): AuditChain => makeAuditChain(deriveKey(key, 'audit'))

/** The sentences for what is missing are the configuration's. */
const placeOf = ({ store, dataDir, mongo, redis }: Configuration['config']): StorePlace =>
  store === 'mongo' && mongo.url && redis.url
    ? { kind: 'mongo', mongoUrl: mongo.url, redisUrl: redis.url }
    : { kind: 'embedded', dataDir }

/** Makes what the store of this configuration lacks; see stores/open.ts. */
export const prepareFoundations = (config: Configuration['config'], say: (line: string) => void) =>
  prepareStores(placeOf(config), say)

/** The same stores seen through something that watches them: proofs alone give one. */
export type Around = (stores: Stores) => Stores

/**
 * Opens the stores under these keys. Throws a sentence (operations/errors.ts) when they cannot be opened or do not fit, and
 * refuses `around` in production.
 */
export const openFoundations = async (
  { config, keys }: Pick<Configuration, 'config' | 'keys'>,
  clock: () => Date,
  around?: Around,
): Promise<Foundations> => {
  if (around && config.production) throw new Error('stores are watched in proofs only, never in production')
  const vault = makeVault({ ring: keys.vault, index: keys.index })
  const { stores: opened, advice } = await openStores({
    place: placeOf(config),
    production: config.production,
    vault,
    auditChain: auditChainOf(keys.audit[0]),
    process: randomBytes(9).toString('base64url'),
    clock,
  })
  try {
    await refuseOtherKeys(keys, opened.facts)
  } catch (fault) {
    await opened.close()
    throw fault
  }
  const stores = around ? around(opened) : opened
  return { vault, stores, audit: makeAudit({ store: stores.audit, clock }), advice }
}
