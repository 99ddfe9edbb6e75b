import { accountIdentitiesContract } from '../../contract/account-identities.ts'
import { accountNumbersContract } from '../../contract/account-numbers.ts'
import { accountStoreContract } from '../../contract/accounts.ts'
import { auditStoreContract } from '../../contract/audit.ts'
import { caseStoreContract } from '../../contract/cases.ts'
import { consentStoreContract } from '../../contract/consents.ts'
import { jobStoreContract } from '../../contract/jobs.ts'
import { serviceStoreContract } from '../../contract/services.ts'
import type { LastingStores, OpenStores } from '../../contract/set-up.ts'

/** What a store of what lasts is held to. */
export const lastingContracts = (open: OpenStores<LastingStores>): void => {
  accountStoreContract(open)
  accountIdentitiesContract(open)
  accountNumbersContract(open)
  consentStoreContract(open)
  caseStoreContract(open)
  serviceStoreContract(open)
  jobStoreContract(open)
  auditStoreContract(open)
}
