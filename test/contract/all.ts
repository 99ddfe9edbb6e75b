import { accountIdentitiesContract } from './account-identities.ts'
import { accountNumbersContract } from './account-numbers.ts'
import { accountStoreContract } from './accounts.ts'
import { auditStoreContract } from './audit.ts'
import { caseStoreContract } from './cases.ts'
import { consentStoreContract } from './consents.ts'
import { expiringStoreContracts } from './expiring.ts'
import { jobStoreContract } from './jobs.ts'
import { serviceStoreContract } from './services.ts'
import type { OpenStores } from './set-up.ts'

/** What every set-up of stores is held to. */
export const storeContracts = (open: OpenStores): void => {
  accountStoreContract(open)
  accountIdentitiesContract(open)
  accountNumbersContract(open)
  consentStoreContract(open)
  caseStoreContract(open)
  serviceStoreContract(open)
  jobStoreContract(open)
  auditStoreContract(open)
  expiringStoreContracts(open)
}
