/** The store as a parameter. */
import { openEmbedded } from './stores/embedded.ts'
import type { ProvedStore, StoreKind, StoreOptions } from './stores/proved.ts'

export {
  type Failing,
  type ProvedStore,
  type StoreKind,
  type StoreOptions,
  type StoreServers,
  storeKinds,
} from './stores/proved.ts'

/** A new store of its own, empty. Drivers and servers are for those who ask for them. */
export const openStore = async (kind: StoreKind, options: StoreOptions = {}): Promise<ProvedStore> => {
  if (kind === 'embedded') return openEmbedded(options)
  const { openMongo } = await import('./stores/mongo.ts')
  return openMongo(kind, options)
}
