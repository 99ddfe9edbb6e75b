/** What machines ask, beside the bare provider on the plainest Redis adapter: with nobody to look up, then with accounts in MongoDB. */
import type { Journeys } from '../journeys.ts'
import { measureTimes, type Plan } from '../rounds.ts'
import { contender, startServer, stopAll } from '../serving.ts'
import type { Measure } from '../table.ts'
import { scaled, storeEnv, type TakeOnStores } from './needs.ts'

type Act = {
  readonly name: string
  readonly act: keyof Journeys
  readonly prepare?: keyof Journeys
  readonly plan: Plan
}

const limitMs = 45_000
const machines = { warmUp: 4000, rounds: 15, count: 200, limitMs }
const acts: readonly Act[] = [
  { name: 'client_credentials', act: 'clientCredentials', plan: machines },
  { name: 'refresh', act: 'refresh', plan: machines },
  { name: 'code redemption', act: 'redeem', prepare: 'gatherCode', plan: { ...machines, warmUp: 800, count: 100 } },
  { name: 'userinfo', act: 'userinfo', plan: machines },
  { name: 'introspection', act: 'introspect', plan: machines },
]

export const tokens: TakeOnStores = async needs => {
  const { world, scale, say } = needs
  const store = await world.store('tokens')
  const bareEnv = { BENCH_REDIS: world.redisUrl }
  const guichet = await startServer(needs, 'guichet', { hash: 'light', env: storeEnv(store.settings) })
  const bare = await startServer(needs, 'bare', { hash: 'light', env: bareEnv })
  const withAccounts = await startServer(needs, 'bare', {
    hash: 'light',
    env: { ...bareEnv, BENCH_MONGO: world.mongoUrl('bench-bare') },
  })
  const servers = { guichet, bare, withAccounts }
  const taken: Measure[] = []
  try {
    for (const { name, act, prepare, plan } of acts) {
      // a token of each, younger than what it lives
      for (const { journeys } of Object.values(servers)) for (const person of [0, 1]) await journeys.gatherToken(person)
      const times = await measureTimes(
        Object.entries(servers).map(([of, server]) => contender(of, server, act, prepare ? { prepare } : {})),
        scaled(plan, scale),
      )
      const of = (who: keyof typeof servers) => times[who] ?? { cpu: Number.NaN, wall: Number.NaN }
      taken.push(
        {
          measure: name,
          unit: 'ms CPU',
          figure: of('guichet').cpu,
          baseline: { of: 'bare on Redis', figure: of('bare').cpu },
          aim: { kind: 'ratio', atMost: 1.05 },
        },
        {
          measure: '  beside one that looks its accounts up',
          unit: 'ms CPU',
          figure: of('guichet').cpu,
          baseline: { of: 'bare, MongoDB', figure: of('withAccounts').cpu },
        },
        {
          measure: '  wall time, two at once',
          unit: 'ms',
          figure: of('guichet').wall,
          baseline: { of: 'bare on Redis', figure: of('bare').wall },
        },
      )
      say(`… ${name}`)
    }
  } finally {
    await stopAll(Object.values(servers).map(({ child }) => child))
  }
  return taken
}
