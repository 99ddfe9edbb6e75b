import type { Flight } from '../../federation/federation.ts'
import type { RecordStore } from '../../stores/contracts.ts'

/** A person on their way to an upstream, known by the state that comes back with them. */
export type Flights = {
  begin(uid: string, flight: Flight): Promise<void>
  find(state: string): Promise<{ readonly uid: string; readonly flight: Flight } | undefined>
  /** Each lands once, whatever comes back twice: 'again' for all but the first. */
  land(state: string): Promise<'landed' | 'again'>
}

const FLIGHT = 'flight'
const LANDED = 'flightLanded'
/** FranceConnect leaves people time to find a password of theirs elsewhere. */
const LONGEST_MS = 30 * 60_000

export const makeFlights = ({
  records,
  clock,
}: {
  readonly records: Pick<RecordStore, 'put' | 'putNew' | 'get'>
  readonly clock: () => Date
}): Flights => {
  const later = () => new Date(clock().getTime() + LONGEST_MS)
  return {
    begin: (uid, flight) => records.put(FLIGHT, flight.state, { uid, flight }, later()),
    // put there by `begin` alone
    find: async state => (await records.get(FLIGHT, state)) as { uid: string; flight: Flight } | undefined,
    land: async state => ((await records.putNew(LANDED, state, {}, later())) === 'put' ? 'landed' : 'again'),
  }
}
