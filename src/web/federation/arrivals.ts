import { randomBytes } from 'node:crypto'
import type { Arrival } from '../../accounts/linking/arrival.ts'
import type { CompletedPerson } from '../../accounts/linking/open.ts'
import type { Device } from '../../accounts/sign-in/devices.ts'
import type { AccountId, RecordStore } from '../../stores/contracts.ts'

/** Whom an upstream vouched for within a request, while they say whether they have an account. */
export type Waiting = {
  readonly arrival: Arrival
  /** Kept to end the upstream's session later. */
  readonly idToken: string
  /** Of the account that may be opened: drawn once, so that a retry finds its own. */
  readonly accountId: AccountId
  /** The number that they typed on the way, shown again. */
  readonly typed?: { readonly nir: string; readonly nirKey: string }
  /** An account holds it. */
  readonly found?: boolean
  /** What they answered to « Avez-vous déjà un compte ? ». */
  readonly says?: 'hasAccount' | 'hasNone' | 'doesNotKnow'
  /** The account whose password they gave, and which is of somebody else, says the upstream. */
  readonly proven?: AccountId
  /** What they filled in before it was found that an account holds the number. */
  readonly person?: CompletedPerson
  /** They asked for an agent: the form that they fill in now is for that. */
  readonly wantsCase?: boolean
  /** Times that the number typed contradicted the identity. */
  readonly contradictions: number
}

/** Where a form that was answered leads, kept for whoever sends it again. */
export type Led = { readonly href: string; readonly opened: readonly Device[] }

export type Arrivals = {
  /** Takes the place of a former one of the same request. */
  keep(uid: string, arrived: Pick<Waiting, 'arrival' | 'idToken'>): Promise<void>
  find(uid: string): Promise<Waiting | undefined>
  note(uid: string, waiting: Waiting): Promise<void>
  forget(uid: string): Promise<void>
}

const ARRIVAL = 'arrival'

type Kept = Omit<Waiting, 'arrival'> & { readonly arrival: Omit<Arrival, 'at'> & { readonly at: string } }

export const makeArrivals = ({
  records,
  clock,
  seconds,
}: {
  readonly records: Pick<RecordStore, 'put' | 'get' | 'remove'>
  readonly clock: () => Date
  /** As long as a request stays open. */
  readonly seconds: number
}): Arrivals => {
  const put = (uid: string, { arrival, ...rest }: Waiting) => {
    const kept: Kept = { ...rest, arrival: { ...arrival, at: arrival.at.toISOString() } }
    return records.put(ARRIVAL, uid, kept, new Date(clock().getTime() + seconds * 1000))
  }
  return {
    keep: (uid, arrived) =>
      put(uid, { ...arrived, accountId: randomBytes(16).toString('base64url'), contradictions: 0 }),
    find: async uid => {
      const kept = (await records.get(ARRIVAL, uid)) as Kept | undefined
      return kept && { ...kept, arrival: { ...kept.arrival, at: new Date(kept.arrival.at) } }
    },
    note: put,
    forget: uid => records.remove(ARRIVAL, uid),
  }
}
