import { limits } from '../../protection/limits.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { ThrottleStore } from '../../stores/contracts.ts'
import type { Clock } from '../needs.ts'

export type ClaimNeeds = {
  readonly throttles: Pick<ThrottleStore, 'peek'>
  readonly lookup: Lookup
  readonly clock: Clock
}

/**
 * Whether a number typed has been claimed often of late: the challenge then takes two rounds. Counts what was typed, held or
 * not, so that it says nothing about anybody.
 */
export const makeClaimedOften =
  ({ throttles, lookup, clock }: ClaimNeeds) =>
  async (nir: string): Promise<boolean> =>
    (await throttles.peek('claims', lookup.throttleKey('nir', nir), clock())) >= limits.claims.policy.max
