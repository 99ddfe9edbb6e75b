import type { AccountRecord } from '../../src/stores/contracts.ts'
import { aNirKey, aPendingAccount, noon } from '../builders/records.ts'

/** An account that an upstream provider vouches for: no password, a number and an identity. */
export const anOpenAccount = (given: Partial<AccountRecord> = {}): AccountRecord => {
  const { passwordHash: _, passwordChangedAt: __, activation: ___, ...account } = aPendingAccount()
  return { ...account, status: 'active', activatedAt: noon, identityKeys: [aNirKey()], ...given }
}
