import { createHash } from 'node:crypto'
import type { AccountId } from '../../stores/contracts.ts'
import type { CaseId } from '../../stores/contracts-cases.ts'

/** Crockford's: read aloud without I, L, O and U. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUPS = /.{4}/g
const LENGTH = 12

/** An account claims once: a retry after a crash finds its own case. */
export const caseOfClaimant = (accountId: AccountId): CaseId =>
  [...createHash('sha256').update(`case:${accountId}`).digest().subarray(0, LENGTH)]
    .map(byte => LETTERS[byte % LETTERS.length])
    .join('')
    .replace(GROUPS, '$&-')
    .slice(0, -1)
