import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { anArtefact, anId, aSession, later, noon } from '../../builders/records.ts'
import { eachOpened } from '../../contract/set-up.ts'
import { acts } from './acts.ts'
import { describeOnRedis } from './describe.ts'
import { openRedisForTests } from './open-redis.ts'
import { aRedisFolder, asking, type RedisFolder, type RedisProcess, until } from './servers.ts'

const aDay = 86_400_000

describeOnRedis('what lies in Redis', () => {
  let folder: RedisFolder
  let server: RedisProcess
  beforeAll(async () => {
    folder = await aRedisFolder()
    server = await folder.server()
  })
  afterAll(() => folder.close())
  const opened = eachOpened(() => openRedisForTests(`redis://127.0.0.1:${server.port}`, [server.port]), {
    beforeEach,
    afterEach,
  })

  const lives = () =>
    asking(server.port, async redis =>
      Promise.all((await redis.keys('*')).map(async key => [key, await redis.pttl(key)] as const)),
    )

  it('has a bound on its life after every act, and none is much longer than what was asked for', async () => {
    let seen = new Set<string>()
    for (const [name, act] of Object.entries(acts)) {
      await act(opened().stores)
      for (const [key, life] of await lives()) {
        const longest = /:[ue]:/.test(key) ? 2 * aDay : /:t:/.test(key) ? aDay : 60_000
        expect([name, key, life > 0 && life <= longest]).toEqual([name, key, true])
        seen = seen.add(key.split(':')[2] ?? '')
      }
    }
    expect([...seen].sort()).toEqual(
      expect.arrayContaining(['a', 'e', 'g', 'i', 'm', 'n', 'o', 'p', 'r', 's', 't', 'u']),
    )
  })

  it('goes by itself when its time has come', async () => {
    const { artefacts, records } = opened().stores
    const soon = later(0.05)
    await records.put('kind', 'id', {}, soon)
    await artefacts.upsert('AccessToken', 'a', anArtefact({}, { accountId: anId(), serviceId: anId() }), soon)
    await artefacts.upsert('Session', 's', aSession(anId(), 'uid'), soon)
    expect((await lives()).length).toBeGreaterThan(4)
    await until('their end', async () => (await lives()).length === 0, 5_000)
  })

  it('keeps a session whose services are to be told, by itself, after its end', async () => {
    const { artefacts } = opened().stores
    await artefacts.upsert('Session', 's', aSession('account', 'uid', { one: 1 }), later(0.05))
    await until('the end of what leads to it', async () => (await lives()).length === 2, 5_000)
    opened().clock.set(later(60))
    expect(await artefacts.find('Session', 's')).toBeUndefined()
    expect(await artefacts.leaseExpiredSessions(later(60), later(90), 10)).toHaveLength(1)
    await artefacts.forgetExpiredSession('uid', later(61))
    expect(await lives()).toEqual([])
  })

  it('does not grow in an index with what has expired', async () => {
    const { artefacts } = opened().stores
    const indexes = { accountId: 'account', serviceId: 'service', grantId: 'grant' }
    const save = async (model: string, id: string) =>
      artefacts.upsert(
        model,
        id,
        anArtefact({}, model === 'Grant' ? { ...indexes, grantId: undefined } : indexes),
        later(60, opened().clock.now()),
      )
    for (let round = 0; round < 5; round += 1) {
      opened().clock.set(later(61 * round))
      await save('Grant', 'grant')
      for (let nth = 0; nth < 4; nth += 1) await save('AccessToken', `${round}-${nth}`)
    }
    const members = await asking(server.port, async redis => {
      const indexes = (await redis.keys('*')).filter(key => /:[gi]:/.test(key))
      return Promise.all(indexes.map(key => redis.zcard(key)))
    })
    expect(members.sort()).toEqual([1, 4])
  })

  it('is not reached by another value that was copied onto it', async () => {
    const { records, artefacts } = opened().stores
    await records.put('kind', 'one', 'of one', later(60))
    await records.put('kind', 'two', 'of two', later(60))
    await artefacts.upsert('AccessToken', 'one', anArtefact(), later(60))
    await artefacts.upsert('AccessToken', 'two', anArtefact(), later(60))
    await asking(server.port, async redis => {
      for (const letter of ['r', 'a']) {
        const [from = '', to = ''] = await redis.keys(`*:${letter}:*`)
        await redis.set(to, (await redis.get(from)) ?? '', 'PX', 60_000)
      }
    })
    const read = await Promise.all(['one', 'two'].map(id => records.get('kind', id)))
    expect(read.filter(value => value !== undefined)).toHaveLength(1)
    const found = await Promise.all(['one', 'two'].map(id => artefacts.find('AccessToken', id)))
    expect(found.filter(value => value !== undefined)).toHaveLength(1)
  })

  it('is ended with its account though nobody knows the Grant that it came from', async () => {
    const { artefacts } = opened().stores
    await artefacts.upsert('AccessToken', 't', anArtefact({}, { accountId: 'a', grantId: 'unknown' }), later(60))
    await artefacts.endAccount('a')
    expect(await artefacts.find('AccessToken', 't')).toBeUndefined()
  })

  it('ends whole, however much an account or a service has', async () => {
    const { artefacts } = opened().stores
    const of = (accountId: string) => anArtefact({}, { accountId, serviceId: 's' })
    const ids = Array.from({ length: 450 }, (_, nth) => `${nth}`)
    await Promise.all(ids.map(id => artefacts.upsert('AccessToken', id, of(Number(id) % 2 ? 'one' : 'two'), later(60))))
    const left = async () =>
      (await Promise.all(ids.map(id => artefacts.find('AccessToken', id)))).filter(found => found !== undefined).length
    await artefacts.endAccount('one')
    expect(await left()).toBe(225)
    await artefacts.endService('s')
    expect(await left()).toBe(0)
    expect(noon).toEqual(opened().clock.now())
  })
})
