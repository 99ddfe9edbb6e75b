import { artefactStoreContract } from './artefacts.ts'
import { recordStoreContract } from './records.ts'
import type { ExpiringStores, OpenStores } from './set-up.ts'
import { throttleStoreContract } from './throttles.ts'

/** What every keeper of what expires is held to. */
export const expiringStoreContracts = (open: OpenStores<ExpiringStores>): void => {
  recordStoreContract(open)
  throttleStoreContract(open)
  artefactStoreContract(open)
}
