/** What commands work on: the same store and keys as the server, which may be running beside them. */
import { randomBytes } from 'node:crypto'
import { makeAuditChain } from '../audit/chain.ts'
import { type Audit, makeAudit } from '../audit/log.ts'
import { refuseOtherKeys } from '../config/fingerprints.ts'
import type { Environment } from '../config/load.ts'
import { type Configuration, requireConfiguration } from '../config/start.ts'
import { deriveKey, type Key } from '../protection/keyrings.ts'
import { makeVault } from '../protection/make-vault.ts'
import type { Vault } from '../protection/vault.ts'
import type { Stores } from '../stores/contracts.ts'
import { openSqliteStores } from '../stores/sqlite/open.ts'

export type Foundations = {
  readonly vault: Vault
  readonly stores: Stores
  readonly audit: Audit
}

/** The audit's own key, made of one of its ring as app.ts makes it. */
export const auditChainOf = (key: Key) => makeAuditChain(deriveKey(key, 'audit'))

/** Opens the stores under these keys; the server and the command line do it alike. Throws a sentence when they do not fit. */
export const openFoundations = async ({ config, keys }: Configuration, clock: () => Date): Promise<Foundations> => {
  const vault = makeVault({ ring: keys.vault, index: keys.index })
  const stores = await openSqliteStores({
    dataDir: config.dataDir,
    vault,
    auditChain: auditChainOf(keys.audit[0]),
    process: randomBytes(9).toString('base64url'),
    clock,
  })
  try {
    await refuseOtherKeys(keys, stores.facts)
  } catch (fault) {
    await stores.close()
    throw fault
  }
  return { vault, stores, audit: makeAudit({ store: stores.audit, clock }) }
}

export type Opened = Foundations & { readonly configuration: Configuration; readonly clock: () => Date }

/** Opens everything for one act, and closes it whatever comes of it. */
export const withStores = async <T>(env: Environment, act: (opened: Opened) => Promise<T>): Promise<T> => {
  const configuration = await requireConfiguration(env)
  const clock = () => new Date()
  const foundations = await openFoundations(configuration, clock)
  try {
    return await act({ ...foundations, configuration, clock })
  } finally {
    await foundations.stores.close()
  }
}
