/** Whether a try at signing in may be made, counted before it is. */
import { countNetwork, type NetworkCounted, standingOfNetwork } from '../../protection/by-network.ts'
import { limits } from '../../protection/limits.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { AccountId, CountPolicy, ThrottleStore } from '../../stores/contracts.ts'
import type { Clock, Throttled } from '../needs.ts'
import { type Device, deviceOf } from './devices.ts'

export type TurnNeeds = {
  readonly throttles: Pick<ThrottleStore, 'attempt' | 'count' | 'peek' | 'reset'>
  readonly lookup: Lookup
  readonly clock: Clock
  /** Tries of one network; limits.ts says how many when the operator does not. */
  readonly networkLimits?: {
    readonly challengeAbove: number
    readonly refuseAbove: CountPolicy
  }
}

export type Tried = {
  readonly nir: string
  readonly network: string
  readonly devices: readonly Device[]
  readonly challengePassed: boolean
  readonly holder: AccountId | undefined
}

export type Turn =
  /** `forget` is for a success: this counter alone starts again. */
  | { readonly kind: 'granted'; readonly forget: () => Promise<void> }
  | { readonly kind: 'challenge' }
  | (Throttled & { readonly by: 'throttled' | 'network' })

/** Where the failures of a number typed by strangers are counted, known or not. */
export const strangersCounter = (lookup: Lookup, nir: string) => ['signIn', lookup.throttleKey('nir', nir)] as const

const usualLimits = {
  challengeAbove: limits.signInNetworkChallenge.policy.max,
  refuseAbove: limits.signInNetwork.policy,
}

export const makeTurns =
  ({ throttles, lookup, clock, networkLimits = usualLimits }: TurnNeeds) =>
  async ({ nir, network, devices, challengePassed, holder }: Tried): Promise<Turn> => {
    const now = clock()
    const counting = { throttles, lookup }
    const countHere = () => countNetwork(counting, 'signInNetwork', network, networkLimits.refuseAbove, now)
    const refusal = ({ granted, until }: NetworkCounted): Turn | undefined =>
      granted ? undefined : { kind: 'throttled', by: 'network', until }

    // looked at first: a network that may not try must not lengthen the waits of the numbers it types
    const standing = await standingOfNetwork(counting, 'signInNetwork', network, now)
    const early = standing >= networkLimits.refuseAbove.max ? await countHere() : undefined
    const refused = early && refusal(early)
    if (refused) return refused
    if (standing >= networkLimits.challengeAbove && !challengePassed) return { kind: 'challenge' }

    const device = holder === undefined ? undefined : deviceOf(devices, holder)
    const [name, key] = device
      ? (['signInDevice', `${device.accountId}.${device.deviceId}`] as const)
      : strangersCounter(lookup, nir)
    const turn = await throttles.attempt(name, key, limits[name].policy, now)
    if (!turn.granted) return { kind: 'throttled', by: 'throttled', until: turn.until }
    const counted = early ?? (await countHere())
    const refusedNow = refusal(counted)
    if (refusedNow) return refusedNow
    // many at once have all looked before any was counted
    if (counted.standing > networkLimits.challengeAbove && !challengePassed) return { kind: 'challenge' }
    return { kind: 'granted', forget: () => throttles.reset(name, key) }
  }
