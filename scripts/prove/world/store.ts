/** The store as a parameter. */
import { openEmbedded } from './stores/embedded.ts'
import type { ProvedStore, StoreKind } from './stores/proved.ts'

export { type ProvedStore, type StoreKind, storeKinds } from './stores/proved.ts'

/** A new store of its own, empty. Drivers and servers are for those who ask for them. */
export const openStore = async (kind: StoreKind): Promise<ProvedStore> => {
  if (kind === 'embedded') return openEmbedded()
  const { openMongo } = await import('./stores/mongo.ts')
  return openMongo(kind)
}
