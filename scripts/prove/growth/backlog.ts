/** What piled up while no purge ran is purged while members sign in. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Stores } from '../../../src/stores/contracts.ts'
import { codeOf } from '../../seed/people.ts'
import { atLeast, atMost, is, type PartNeeds, type Row } from '../part.ts'
import { startServing } from './serving.ts'
import type { Sized } from './sized.ts'

const EXPIRED = { short: 2000, long: 100_000 } as const
const PURGE_MS = '1000'
const LIMIT_MS = 180_000
const DAY = 24 * 3600 * 1000
const PENDING_DAYS = 7
/** Holds and waits of a long form, on a machine of its own. */
const LONGEST_HOLD_MS = 100
const P99_MS = 500

/** Of ten: seven artefacts, a session whose service is to be told, a record, a throttle; all expired at `past`. */
const pileUp = async (stores: Stores, past: Date, count: number, progress: (done: number) => void): Promise<void> => {
  const put = async (nth: number): Promise<void> => {
    const id = codeOf('piled', nth)
    if (nth % 10 === 7) {
      const payload = { uid: id, accountId: id, authorizations: { 'seeded-1': { sid: id, grantId: id } } }
      return void (await stores.artefacts.upsert('Session', id, { payload, accountId: id, uid: id }, past))
    }
    if (nth % 10 === 8) return stores.records.put('piled', id, { nth }, past)
    if (nth % 10 === 9) return void (await stores.throttles.count('piled', id, { max: 1, window: 60 }, past))
    await stores.artefacts.upsert('Interaction', id, { payload: { nth } }, past)
  }
  for (let nth = 0; nth < count; nth += 1) {
    await put(nth)
    if (nth % 1000 === 0) progress(nth)
  }
}

/** Asked by removing one more, of what had expired at `past` only: what is served meanwhile expires too. */
const isGone = async (stores: Stores, past: Date): Promise<boolean> => {
  if ((await stores.purgeExpired(past, 1)) > 0) return false
  if ((await stores.accounts.purgePending(new Date(Date.now() - PENDING_DAYS * DAY), 1, () => ({}))) > 0) return false
  return (await untold(stores)).length === 0
}

/** As if every lease were over: sessions whose end was begun are seen too, and left to whoever began it. */
const untold = ({ artefacts }: Stores) =>
  artefacts.leaseExpiredSessions(new Date(Date.now() + 5 * 60_000), new Date(), 1)

export const backlogRows = async (
  { size, world }: Sized,
  { form, progress, signal }: PartNeeds,
): Promise<readonly Row[]> => {
  const { stores } = world.foundations
  const count = EXPIRED[form]
  const past = new Date(Date.now() - DAY)
  await pileUp(stores, past, count, done => progress(`piling up ${done} of ${count}`))
  const pending = Math.floor(size / 100)
  const server = await world.start({ env: { PROVE_PURGE_MS: PURGE_MS } })
  const serving = await startServing(world, size, server)
  await server.ask('longestHold')
  const began = performance.now()
  let gone = false
  while (!gone && !signal.aborted && performance.now() - began < LIMIT_MS) {
    await pause(250)
    gone = await isGone(stores, past)
    progress(`purging while members sign in, ${Math.round((performance.now() - began) / 1000)} s`)
  }
  const seconds = (performance.now() - began) / 1000
  const hold = Number(await server.ask('longestHold'))
  const { served, failed, p99, firstFault } = await serving.stop()
  const left = await untold(stores)
  await server.drain()
  const timed = (what: string, figure: number, most: number): Row =>
    form === 'long' ? atMost(what, figure, most, 'ms') : { what, figure, unit: 'ms' }
  return [
    is(
      'backlog: purged while serving',
      gone ? 'whole' : 'in part',
      'whole',
      `${count} expired, about ${pending} pending`,
    ),
    is('backlog: expired sessions left untold', left.length, 0),
    { what: 'backlog: gone in', figure: seconds, unit: 's' },
    atLeast('backlog: sign-ins meanwhile', served, 1),
    is('backlog: sign-ins that failed', failed, 0, firstFault),
    timed('backlog: p99 of a sign-in meanwhile', p99, P99_MS),
    timed('backlog: longest hold of the loop', hold, LONGEST_HOLD_MS),
  ]
}
