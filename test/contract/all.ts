import { accountStoreContract } from './accounts.ts'
import { artefactStoreContract } from './artefacts.ts'
import { auditStoreContract } from './audit.ts'
import { consentStoreContract } from './consents.ts'
import { jobStoreContract } from './jobs.ts'
import { recordStoreContract } from './records.ts'
import { serviceStoreContract } from './services.ts'
import type { OpenStores } from './set-up.ts'
import { throttleStoreContract } from './throttles.ts'

/** What every set-up of stores is held to. */
export const storeContracts = (open: OpenStores): void => {
  accountStoreContract(open)
  consentStoreContract(open)
  serviceStoreContract(open)
  jobStoreContract(open)
  auditStoreContract(open)
  recordStoreContract(open)
  throttleStoreContract(open)
  artefactStoreContract(open)
}
