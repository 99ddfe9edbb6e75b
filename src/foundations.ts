import { randomBytes } from 'node:crypto'
import { type AuditChain, makeAuditChain } from './audit/chain.ts'
import { type Audit, makeAudit } from './audit/log.ts'
import { refuseOtherKeys } from './config/fingerprints.ts'
import type { Configuration } from './config/start.ts'
import { refuseHalfCopied } from './moving/marks.ts'
import { StartError } from './operations/errors.ts'
import { occupyForUse } from './operations/occupancy.ts'
import { deriveKey, type Key } from './protection/keyrings.ts'
import { makeVault } from './protection/make-vault.ts'
import type { Vault } from './protection/vault.ts'
import type { Stores } from './stores/contracts.ts'
import type { LastingStore } from './stores/contracts-lasting.ts'
import { type LastingPlace, openLasting, openStores, prepareStores, type StorePlace } from './stores/open.ts'

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

const settingsOf = (keys: Configuration['keys'], clock: () => Date) => ({
  vault: makeVault({ ring: keys.vault, index: keys.index }),
  auditChain: auditChainOf(keys.audit[0]),
  process: randomBytes(9).toString('base64url'),
  clock,
})

const closingOnFault = async <T>(opened: { close(): Promise<void> }, act: () => Promise<T>): Promise<T> => {
  try {
    return await act()
  } catch (fault) {
    await opened.close()
    throw fault
  }
}

const lastingPlaceOf = ({ dataDir, mongo }: Configuration['config'], kind: LastingPlace['kind']): LastingPlace => {
  if (kind === 'embedded') return { kind, dataDir }
  if (mongo.url) return { kind, mongoUrl: mongo.url }
  throw new StartError('GUICHET_MONGO_URL: expected, for a copy to MongoDB or from it.')
}

/**
 * Opens what lasts in one of the stores that are configured, whichever is in use, to copy it. Throws a sentence when it cannot be
 * opened or does not fit these keys.
 */
export const openToCopy = async (
  { config, keys }: Pick<Configuration, 'config' | 'keys'>,
  kind: LastingPlace['kind'],
  clock: () => Date,
): Promise<LastingStore> => {
  const opened = await openLasting(lastingPlaceOf(config, kind), settingsOf(keys, clock))
  return closingOnFault(opened, async () => {
    await refuseOtherKeys(keys, opened.facts)
    return opened
  })
}

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
  const settings = settingsOf(keys, clock)
  const { vault } = settings
  const {
    stores: opened,
    occupants,
    advice,
  } = await openStores({ ...settings, place: placeOf(config), production: config.production })
  const occupancy = await closingOnFault(opened, () => occupyForUse(occupants, clock))
  const occupied: Stores = {
    ...opened,
    close: async () => {
      await occupancy.leave()
      await opened.close()
    },
  }
  await closingOnFault(occupied, async () => {
    await refuseHalfCopied(opened.facts)
    await refuseOtherKeys(keys, opened.facts)
  })
  const stores = around ? around(occupied) : occupied
  return { vault, stores, audit: makeAudit({ store: stores.audit, clock }), advice }
}
