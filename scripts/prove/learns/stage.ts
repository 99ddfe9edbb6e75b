/** One server, its mail server beside it, and who tries: each time from another network, on the same connection. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { Lookup } from '../../../src/protection/vault.ts'
import type { ReceivedMail } from '../../../test/support/mailbox.ts'
import { makeVisitor, type Visitor } from '../../../test/support/visitor.ts'
import { startChild } from '../../processes/children.ts'
import type { StoreKind } from '../world/store.ts'
import { openWorld, type World } from '../world/world.ts'

export type Watch = {
  /** Time spent waiting for answers since the last reading, in µs. */
  read(): number
}

export type Stage = {
  readonly world: World
  readonly lookup: Lookup
  /** Somebody at a browser and a network of their own, and the time that they wait. */
  newcomer(): { readonly visitor: Visitor; readonly watch: Watch }
  /** What anybody asks next, again and again; how long it took in all, in µs. */
  next(requests: number): Promise<number>
  /** µs of processor that the server spent since the last time. */
  work(): Promise<number>
  /** When no mail is left to send. */
  quiet(): Promise<void>
  /**
   * A moment without work, the same for everybody: a server that has just sent a mail answers faster than one that waited 50 ms for
   * the next one to be due, and how many there are to wait for depends on whose number it is.
   */
  rest(): Promise<void>
  /** Mails that arrived since the last time. */
  mails(): Promise<readonly ReceivedMail[]>
  stop(): Promise<void>
}

/** As in production: what a mail costs is not in what is asked just after. */
const SPREAD_SECONDS = 3
const AGAIN_MS = 50
const QUIET_LIMIT_MS = 20_000
/** On MongoDB a mail is done a moment before the one that follows it is there: it is quiet when none came for so long. */
const FOLLOWED_MS = 100
/** By then a processor has nothing left of what it did for the mails. */
const REST_MS = 100
/** A page that asks nothing of the store. */
const NEUTRAL = '/aide'

export const openStage = async (store: StoreKind): Promise<Stage> => {
  const mailbox = await startChild(fileURLToPath(new URL('./mailbox.ts', import.meta.url)))
  const world = await openWorld({
    store,
    processes: 1,
    settings: { GUICHET_SMTP_URL: String(await mailbox.ask('url')), GUICHET_MAIL_SPREAD: String(SPREAD_SECONDS) },
  })
  const server = world.server()
  const { jobs } = world.foundations.stores
  const { keys } = world.foundations.configuration
  let spent = 0
  const followedMs = store === 'embedded' ? 0 : FOLLOWED_MS
  const aNetwork = () => `10.${[...randomBytes(3)].join('.')}`

  const timed = async <T>(act: () => Promise<T>): Promise<readonly [T, number]> => {
    const began = performance.now()
    const done = await act()
    return [done, (performance.now() - began) * 1000]
  }

  return {
    world,
    lookup: makeLookup({ ring: keys.lookup, index: keys.index }),
    newcomer: () => {
      let waited = 0
      const visitor = makeVisitor(world.issuer, { 'x-forwarded-for': aNetwork() }, async (url, init) => {
        const [answer, microseconds] = await timed(() => server.fetch(url, init))
        waited += microseconds
        return answer
      })
      const read = (): number => {
        const since = waited
        waited = 0
        return since
      }
      return { visitor, watch: { read } }
    },
    async next(requests) {
      const headers = { 'x-forwarded-for': aNetwork() }
      const [, microseconds] = await timed(async () => {
        for (let asked = 0; asked < requests; asked += 1) await server.fetch(world.issuer + NEUTRAL, { headers })
      })
      return microseconds
    },
    async work() {
      const before = spent
      spent = await server.cpu()
      return (spent - before) * 1000
    },
    async quiet() {
      const end = performance.now() + QUIET_LIMIT_MS
      let moved = Number.NEGATIVE_INFINITY
      let busyAt = performance.now()
      for (;;) {
        if ((await jobs.count('mail')) === 0) {
          if (performance.now() - busyAt >= followedMs) return
          await pause(10)
          continue
        }
        busyAt = performance.now()
        // a mail may be followed by another, due as much later; moved too often, the leases of mails under way would end
        if (performance.now() - moved > AGAIN_MS) {
          await server.advance(SPREAD_SECONDS)
          moved = performance.now()
        }
        if (performance.now() > end) throw new Error('mails are still waiting to be sent')
        await pause(2)
      }
    },
    rest: () => pause(REST_MS),
    mails: async () => (await mailbox.ask('take')) as readonly ReceivedMail[],
    async stop() {
      await world.stop()
      await mailbox.stop()
    },
  }
}
