/** What fails, and how it comes back. */
import { waitFor } from '../../../test/support/wait.ts'
import type { Form } from '../part.ts'
import type { Server } from '../world/servers.ts'
import type { Failing, StoreServers } from '../world/store.ts'
import type { World } from '../world/world.ts'
import type { Supervisor } from './supervisor.ts'

export type Scenario = {
  readonly name: string
  /** How long it stays away, in ms. */
  readonly awayMs: number
  /** The longest that whoever is turned away has waited for it, in ms. */
  readonly toldWithinMs: number
  /** From when people are to be served again: from the failure, for others take over, or from its return. */
  readonly backFrom: 'failure' | 'return'
  /** Fails it; gives whose connections it cuts, and how it returns. */
  fail(): Promise<{ readonly pid?: number; readonly comeBack: () => Promise<void> }>
}

const MONGO_TOLD_MS = 3000
const REDIS_TOLD_MS = 2000
const STARTING_MS = 60_000

const killed = async (failing: Failing, settled: () => Promise<void>) => {
  await failing.kill()
  return {
    comeBack: async () => {
      await failing.restart()
      await settled()
    },
  }
}
const hung = async (failing: Failing, settled: () => Promise<void>) => {
  failing.hang()
  return {
    comeBack: async () => {
      failing.resume()
      await settled()
    },
  }
}

export const scenarios = (
  world: World,
  servers: StoreServers,
  { kill }: Supervisor,
  form: Form,
): readonly Scenario[] => {
  const [down, silent] = form === 'long' ? [8000, 20_000] : [2000, 4000]
  const any = (): Server => world.server(Math.floor(Math.random() * 1000))
  const atOnce = async () => undefined
  // where there is one member only, nobody takes over
  const primaryFrom = world.store.kind === 'mongo-set' ? 'failure' : 'return'

  const processes: readonly Scenario[] = [
    {
      name: 'a process killed',
      awayMs: down,
      toldWithinMs: MONGO_TOLD_MS,
      backFrom: 'failure',
      async fail() {
        const count = world.servers.length
        const server = any()
        await kill(server)
        return {
          pid: server.pid,
          comeBack: async () => void (await waitFor(() => world.servers.length === count, STARTING_MS)),
        }
      },
    },
    {
      name: 'a process hung',
      awayMs: silent,
      toldWithinMs: MONGO_TOLD_MS,
      backFrom: 'failure',
      async fail() {
        const { pid } = any()
        process.kill(pid, 'SIGSTOP')
        return { pid, comeBack: async () => void process.kill(pid, 'SIGCONT') }
      },
    },
  ]
  const mongo = { toldWithinMs: MONGO_TOLD_MS, backFrom: primaryFrom } as const
  const redis = { toldWithinMs: REDIS_TOLD_MS, backFrom: 'return' } as const
  return [
    ...processes,
    {
      ...mongo,
      name: 'the primary of MongoDB killed',
      awayMs: down,
      fail: async () => killed(await servers.primary(), servers.settled),
    },
    {
      ...mongo,
      name: 'the primary of MongoDB hung',
      awayMs: silent,
      fail: async () => hung(await servers.primary(), servers.settled),
    },
    { ...redis, name: 'Redis killed', awayMs: down, fail: () => killed(servers.redis, atOnce) },
    { ...redis, name: 'Redis hung', awayMs: silent, fail: () => hung(servers.redis, atOnce) },
  ]
}
