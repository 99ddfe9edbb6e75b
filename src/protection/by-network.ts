/**
 * Counts by network. In IPv6 whoever is given a /48 has 65,536 networks of their own: what lies in one /48 is counted
 * together too, with room for as much as SITE_NETWORKS of its networks.
 */
import type { CountPolicy, ThrottleStore } from '../stores/contracts.ts'
import { siteOf } from './network.ts'
import type { Lookup } from './vault.ts'

/** A carrier's /48 may hold many customers, an office's or a home's holds one. */
export const SITE_NETWORKS = 16

type Needs = { readonly throttles: Pick<ThrottleStore, 'count'>; readonly lookup: Pick<Lookup, 'throttleKey'> }
type PeekNeeds = { readonly throttles: Pick<ThrottleStore, 'peek'>; readonly lookup: Pick<Lookup, 'throttleKey'> }

/** One key for whoever asks from here, a whole site's networks together: for what is shared between those who ask. */
export const networkKey = (lookup: Pick<Lookup, 'throttleKey'>, network: string): string =>
  lookup.throttleKey('network', siteOf(network) ?? network)

/** `standing`: how many stand for it now, this one included, or for its site brought to one network's measure, whichever is more. */
export type NetworkCounted = { readonly granted: boolean; readonly standing: number; readonly until: Date }

export const countNetwork = async (
  { throttles, lookup }: Needs,
  name: string,
  network: string,
  policy: CountPolicy,
  now: Date,
): Promise<NetworkCounted> => {
  const { granted, count, until } = await throttles.count(name, lookup.throttleKey('network', network), policy, now)
  const site = siteOf(network)
  if (!granted || site === undefined) return { granted, standing: count, until }
  const siteKey = lookup.throttleKey('network', site)
  const around = await throttles.count(name, siteKey, { ...policy, max: policy.max * SITE_NETWORKS }, now)
  return { ...around, standing: Math.max(count, Math.ceil(around.count / SITE_NETWORKS)) }
}

/** How many stand for the network, or for its site brought to one network's measure, whichever is more. */
export const standingOfNetwork = async (
  { throttles, lookup }: PeekNeeds,
  name: string,
  network: string,
  now: Date,
): Promise<number> => {
  const own = await throttles.peek(name, lookup.throttleKey('network', network), now)
  const site = siteOf(network)
  if (site === undefined) return own
  const around = await throttles.peek(name, lookup.throttleKey('network', site), now)
  return Math.max(own, Math.floor(around / SITE_NETWORKS))
}
