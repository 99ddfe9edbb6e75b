/** What a request costs when two processes share the work, beside one that does it all. */
import { Agent } from 'node:http'
import type { Ask } from '../../../test/support/visitor.ts'
import { fetchAt } from '../../prove/world/servers.ts'
import { startContender } from '../contenders.ts'
import type { Journeys } from '../journeys.ts'
import { makeJourneys } from '../journeys.ts'
import { measureTimes } from '../rounds.ts'
import { contender, type Server, stopAll } from '../serving.ts'
import { isTarget } from '../target.ts'
import { type StoresNeeds, scaled, storeEnv, type TakeOnStores } from './needs.ts'

const plan = { warmUp: 8000, rounds: 15, count: 400, limitMs: 45_000 }
const acts: readonly (readonly [string, keyof Journeys])[] = [
  ['client_credentials', 'clientCredentials'],
  ['refresh', 'refresh'],
]

/** So many processes of one issuer on one store, asked in turn. Its CPU is that of all. */
const several = async (needs: StoresNeeds, count: number, agent: Agent) => {
  const { settings, dataDir } = await needs.world.store(`processes-${count}`)
  const env = { BENCH_DIR: dataDir, BENCH_SMTP: needs.smtpUrl, BENCH_HASH: 'light', ...storeEnv(settings) }
  const first = await startContender('guichet', env)
  const target = await first.ask('target')
  if (!isTarget(target)) throw new Error('a server did not say where it is')
  const { issuer } = target
  const children = [first]
  while (children.length < count) children.push(await startContender('guichet', { ...env, BENCH_ISSUER: issuer }))
  const ports = await Promise.all(children.map(async child => Number(await child.ask('port'))))
  const asks = ports.map(port => fetchAt(port, issuer, agent))
  let turn = 0
  const ask: Ask = (url, init) => {
    turn += 1
    const next = asks[turn % asks.length]
    if (!next) throw new Error('nobody serves')
    return next(url, init)
  }
  const cpu = async (): Promise<number> =>
    (await Promise.all(children.map(child => child.cpu()))).reduce((sum, ms) => sum + ms, 0)
  const server: Server = { child: { ...first, cpu }, journeys: makeJourneys(target, ask) }
  return { server, children }
}

export const processes: TakeOnStores = async needs => {
  const agent = new Agent({ keepAlive: true })
  const one = await several(needs, 1, agent)
  const two = await several(needs, 2, agent)
  try {
    const taken = []
    for (const [name, act] of acts) {
      const times = await measureTimes(
        [contender('one', one.server, act), contender('two', two.server, act)],
        scaled(plan, needs.scale),
      )
      taken.push({
        measure: `${name}, two processes`,
        unit: 'ms CPU',
        figure: times.two?.cpu ?? Number.NaN,
        baseline: { of: 'one process', figure: times.one?.cpu ?? Number.NaN },
        aim: { kind: 'ratio', atMost: 1.1 },
      } as const)
    }
    return taken
  } finally {
    await stopAll([...one.children, ...two.children])
    agent.destroy()
  }
}
