import type { AccountRecord } from '../stores/contracts.ts'

/**
 * Whether an agent is to decide about the account: its number, its address and what opens it stay as they are meanwhile, and it is
 * not closed. Each change of those asks this of the version that it changes.
 */
export const isFrozen = ({ cases = [] }: AccountRecord): boolean => cases.length > 0
