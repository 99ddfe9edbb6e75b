import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { anArtefact, aSession, later } from '../../builders/records.ts'
import { type Racers, startRacers, tally } from '../race.ts'
import { describeOnRedis } from './describe.ts'
import { openRedisForTests } from './open-redis.ts'
import { aRedisFolder, type RedisFolder } from './servers.ts'
import { aRedisCluster } from './set-ups.ts'

const processes = 4
const proving = process.env.PROVE === '1'
const codes = proving ? 2_000 : 200

const places = {
  async 'one Redis'(folder: RedisFolder) {
    const { port } = await folder.server()
    return { url: `redis://127.0.0.1:${port}`, ports: [port] }
  },
  async 'a Redis Cluster'(folder: RedisFolder) {
    const { url, nodes } = await aRedisCluster(folder)
    return { url, ports: nodes.map(({ port }) => port) }
  },
}

describeOnRedis.each(['one Redis', 'a Redis Cluster'] as const)('four processes on %s', name => {
  let folder: RedisFolder
  let opened: Awaited<ReturnType<typeof openRedisForTests>>
  let racers: Racers
  beforeAll(async () => {
    folder = await aRedisFolder()
    const { url, ports } = await places[name](folder)
    opened = await openRedisForTests(url, ports)
    racers = await startRacers('redis', url, processes)
  })
  afterAll(async () => {
    try {
      await racers.end()
      await opened.close()
    } finally {
      await folder.close()
    }
  })
  const artefacts = () => opened.stores.artefacts
  const saved = (ids: readonly string[], save: (id: string) => Promise<unknown>) => Promise.all(ids.map(save))
  const numbered = (what: string, count: number) => Array.from({ length: count }, (_, nth) => `${what}-${nth}`)

  it('redeem each code once', async () => {
    await saved(numbered('code', codes), id => artefacts().upsert('AuthorizationCode', id, anArtefact(), later(60)))
    expect(tally(await racers.race('consume', codes))).toEqual({ consumed: codes, lost: 3 * codes })
  })

  it('take each one-time token once', async () => {
    await saved(numbered('token', codes), id => opened.stores.records.put('token', id, id, later(60)))
    const taken = (await racers.race('take', codes)).filter(value => value !== null)
    expect(taken).toHaveLength(codes)
    expect(new Set(taken).size).toBe(codes)
  })

  it('accept each assertion once', async () => {
    expect(tally(await racers.race('unique', codes))).toEqual({ true: codes, false: 3 * codes })
  })

  it('let through exactly what the throttles allow', async () => {
    const granted = (outcomes: unknown[]) => tally(outcomes.map(each => (each as { granted: boolean }).granted))
    expect(granted(await racers.race('count', 50))).toEqual({ true: 20, false: 180 })
    expect(granted(await racers.race('attempt', 50))).toEqual({ true: 5, false: 195 })
    expect(granted(await racers.race('distinct', 50))).toEqual({ true: 3, false: 197 })
  })

  it("keep every sign-in's service in one session, whether it stays under its id or takes new ones", async () => {
    await racers.race('session', 25)
    const session = await artefacts().findByUid('Session', 'uid')
    expect(Object.keys(session?.payload.authorizations ?? {})).toHaveLength(100)
    await artefacts().upsert('Session', 's', aSession('account', 'renewed'), later(60))
    await racers.race('renew', 25)
    const renewed = await artefacts().findByUid('Session', 'renewed')
    expect(Object.keys(renewed?.payload.authorizations ?? {})).toHaveLength(100)
  })

  it('leave no token of a Grant that ended among them', async () => {
    await artefacts().upsert('Grant', 'grant', anArtefact(), later(60))
    const outcomes = tally(await racers.race('ofGrant', 50))
    // how many came before its end and how many after is the race's; none is told anything else, and whoever comes now is told
    expect((outcomes.saved ?? 0) + (outcomes.ended ?? 0)).toBe(4 * 50 - 1)
    expect(await artefacts().upsert('AccessToken', 'late', anArtefact({}, { grantId: 'grant' }), later(60))).toBe(
      'ended',
    )
    for (let racer = 0; racer < processes; racer += 1)
      for (let nth = 0; nth < 50; nth += 1)
        expect(await artefacts().find('AccessToken', `${racer}-${nth}`)).toBeUndefined()
  })

  it('tell of each expired session once', async () => {
    const uids = numbered('over', 40)
    await saved(uids, uid => artefacts().upsert('Session', uid, aSession('somebody', uid, { one: 1 }), later(30)))
    const leased = (await racers.race('tell', 10)).flat().filter(uid => uids.includes(String(uid)))
    expect(leased.sort()).toEqual([...uids].sort())
  })
})
