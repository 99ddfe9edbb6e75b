import type { AccountRecord } from '../../contracts.ts'
import { type AccountDocument, documentOf } from './documents.ts'

/**
 * A holder that is brought in, as a document that nobody sees, in which the account is pending while its number is claimed: a
 * claimant who takes its claim over can stop it, as any other.
 */
export const stagedOf = (account: AccountRecord, now: Date): AccountDocument => {
  const { claims: _, ...staged } = documentOf({ ...account, status: 'pending' })
  return { ...staged, hidden: 'importing', hiddenAt: now }
}
