import { openWorld, type World as Processes } from '../../../scripts/prove/world/world.ts'
import type { Stores } from '../../../src/stores/contracts.ts'
import { freePort } from '../../support/free-port.ts'
import { type Guichet, startGuichet } from '../../support/guichet.ts'
import { moveClock } from './clock.ts'
import { openRoundRobin } from './round-robin.ts'

type Settings = Readonly<Record<string, string>>

/** The Guichet that people come to, however many processes it is. */
export type VisitedGuichet = Pick<Guichet, 'issuer' | 'configuration' | 'mails' | 'mailTo' | 'addService'> & {
  readonly app: { readonly stores: Pick<Stores, 'accounts' | 'cases' | 'records'> }
  /** Every log line written, one after the other. */
  logged(): Promise<string>
  /** Time passes, for it and for everything in the process of the tests. */
  advance(seconds: number): Promise<void>
  stop(): Promise<void>
}

const inThisProcess = async (settings: Settings): Promise<VisitedGuichet> => {
  const guichet = await startGuichet(settings)
  return {
    ...guichet,
    logged: async () => guichet.logged.join('\n'),
    advance: async seconds => moveClock(seconds),
  }
}

const PROCESSES = 3

const visited = (world: Processes, stop: () => Promise<void>): VisitedGuichet => ({
  issuer: world.issuer,
  configuration: world.foundations.configuration,
  mails: world.mailbox.mails,
  mailTo: world.mailTo,
  addService: world.addService,
  app: world.foundations,
  logged: world.logged,
  advance: async seconds => {
    moveClock(seconds)
    await Promise.all(world.servers.map(server => server.ask('moveClock', seconds)))
  },
  stop,
})

/** Three processes on MongoDB and Redis, each of which is asked in its turn: none sees two steps in a row. */
const inThreeProcesses = async ({ GUICHET_PORT, ...settings }: Settings): Promise<VisitedGuichet> => {
  const port = GUICHET_PORT === undefined ? await freePort() : Number(GUICHET_PORT)
  const world = await openWorld({
    store: 'mongo',
    processes: 0,
    issuer: `http://localhost:${port}`,
    settings: { GUICHET_LOG_LEVEL: 'debug', ...settings },
  })
  try {
    const program = new URL('./process.ts', import.meta.url)
    await Promise.all(Array.from({ length: PROCESSES }, () => world.start({ program })))
    const proxy = await openRoundRobin(
      port,
      world.servers.map(server => server.port),
    )
    return visited(world, async () => {
      await proxy.stop()
      await world.stop()
    })
  } catch (fault) {
    await world.stop()
    throw fault
  }
}

/** TEST_STORE=mongo: what `npm test` runs once more on MongoDB and Redis. */
export const onServers = process.env.TEST_STORE === 'mongo'

export const openGuichet = onServers ? inThreeProcesses : inThisProcess
