import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { StoreAway } from '../../../src/stores/contracts.ts'
import type { RedisStores } from '../../../src/stores/redis/open.ts'
import { anArtefact, later, noon } from '../../builders/records.ts'
import { acts } from './acts.ts'
import { describeOnRedis } from './describe.ts'
import { openRedis, openRedisAsServed } from './open-redis.ts'
import { aRedisFolder, asking, type RedisFolder, type RedisProcess, until } from './servers.ts'
import { aRedisCluster, aWatchedRedis } from './set-ups.ts'

const timed = async (act: () => Promise<unknown>) => {
  const started = performance.now()
  const outcome = await act().then(
    () => 'done',
    error => (error instanceof StoreAway ? 'away' : error),
  )
  return { outcome, ms: performance.now() - started }
}

/** Every act at once: what each ended with, and how long the longest took. */
const tryAll = async (stores: RedisStores) => {
  const ended = await Promise.all(
    Object.entries(acts).map(async ([name, act]) => ({ name, ...(await timed(() => act(stores))) })),
  )
  return { outcomes: new Set(ended.map(({ outcome }) => outcome)), longest: Math.max(...ended.map(({ ms }) => ms)) }
}

const isBack = (stores: RedisStores, withinMs = 15_000) =>
  until('Redis', async () => (await timed(() => stores.ready())).outcome === 'done', withinMs)

/** What is used once is used over a connection of its own, which comes back by itself. */
const isUsedAgain = (stores: RedisStores, withinMs = 15_000) =>
  until(
    'consumption',
    async () => (await timed(() => stores.artefacts.consume('AuthorizationCode', 'none', noon))).outcome === 'done',
    withinMs,
  )

const withUnhandled = () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', note)
  return { unhandled, end: () => void process.off('unhandledRejection', note) }
}

describeOnRedis('when Redis is away', () => {
  let folder: RedisFolder
  let watch: ReturnType<typeof withUnhandled>
  beforeAll(async () => {
    folder = await aRedisFolder()
    watch = withUnhandled()
  })
  afterAll(async () => {
    watch.end()
    await folder.close()
    expect(watch.unhandled).toEqual([])
  })

  describe('alone', () => {
    let server: RedisProcess
    let stores: RedisStores
    beforeEach(async () => {
      server = await folder.server()
      stores = await openRedisAsServed(`redis://127.0.0.1:${server.port}`, () => noon)
    })
    afterEach(async () => {
      await stores.close()
      server.signal('SIGCONT')
      await server.end()
    })

    it('for it has stopped answering, every act says so within two seconds, and all goes on when it answers', async () => {
      await stores.records.put('kind', 'before', 1, later(60))
      server.signal('SIGSTOP')
      const turns = [await tryAll(stores), await tryAll(stores), await tryAll(stores)]
      for (const { outcomes, longest } of turns) {
        expect(outcomes).toEqual(new Set(['away']))
        expect(longest).toBeLessThan(2_000)
      }
      // by then nobody is kept waiting for a server that is known not to answer
      expect(turns.at(-1)?.longest).toBeLessThan(600)
      server.signal('SIGCONT')
      await isBack(stores)
      expect(await stores.records.get('kind', 'before')).toBe(1)
    })

    it('for it was killed, every act says so within two seconds, and what was answered is there after', async () => {
      await stores.records.put('kind', 'before', 1, later(60))
      await stores.artefacts.upsert('AuthorizationCode', 'used', anArtefact(), later(60))
      await stores.artefacts.consume('AuthorizationCode', 'used', noon)
      await server.end()
      for (let turn = 0; turn < 3; turn += 1) {
        const { outcomes, longest } = await tryAll(stores)
        expect(outcomes).toEqual(new Set(['away']))
        expect(longest).toBeLessThan(2_000)
      }
      await server.start()
      await isBack(stores)
      expect(await stores.records.get('kind', 'before')).toBe(1)
      expect(await stores.artefacts.consume('AuthorizationCode', 'used', noon)).toBe('lost')
      await until('every act', async () => [...(await tryAll(stores)).outcomes].join() === 'done')
    })

    it('for less than a moment, nobody is told but whoever had asked already', async () => {
      // half of it is what a lost connection is waited for: on a busy machine it takes seconds to come back
      const patient = await openRedis(`redis://127.0.0.1:${server.port}`, () => noon, 40_000)
      const reading = () => timed(() => patient.records.get('kind', 'id'))
      const outcomes: unknown[] = [(await reading()).outcome]
      await asking(server.port, redis => redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))
      for (let nth = 0; nth < 20; nth += 1) outcomes.push((await reading()).outcome)
      await patient.close()
      expect(outcomes.filter(outcome => outcome !== 'done').length).toBeLessThanOrEqual(1)
    })

    it('for it has no memory left, is told so', async () => {
      await asking(server.port, redis => redis.config('SET', 'maxmemory', '1'))
      await expect(stores.records.put('kind', 'id', 1, later(60))).rejects.toBeInstanceOf(StoreAway)
      await asking(server.port, redis => redis.config('SET', 'maxmemory', '0'))
      await stores.records.put('kind', 'id', 1, later(60))
    })
  })

  it('and a Sentinel names another master, it goes on there, and a code that was used stays so', async () => {
    const { url, master, replica } = await aWatchedRedis(folder)
    const stores = await openRedisAsServed(url, () => noon)
    try {
      for (let nth = 0; nth < 20; nth += 1) {
        await stores.artefacts.upsert('AuthorizationCode', `code-${nth}`, anArtefact(), later(60))
        expect(await stores.artefacts.consume('AuthorizationCode', `code-${nth}`, noon)).toBe('consumed')
      }
      await master.end()
      expect((await tryAll(stores)).longest).toBeLessThan(2_000)
      // Sentinels that a busy machine holds up look away for half a minute before they elect
      await isBack(stores, 60_000)
      await replica.tells('role:master')
      await isUsedAgain(stores)
      const again = await Promise.all(
        Array.from({ length: 20 }, (_, nth) => stores.artefacts.consume('AuthorizationCode', `code-${nth}`, noon)),
      )
      expect(new Set(again)).toEqual(new Set(['lost']))
    } finally {
      await stores.close()
    }
  }, 90_000)

  it('in one node of a Cluster whose replica takes its place, it goes on there, and a code that was used stays so', async () => {
    const { url, nodes, replicas } = await aRedisCluster(folder, { replicated: true })
    const stores = await openRedisAsServed(url, () => noon)
    const codes = Array.from({ length: 30 }, (_, nth) => `code-${nth}`)
    const consumed = () =>
      Promise.all(codes.map(code => timed(() => stores.artefacts.consume('AuthorizationCode', code, noon))))
    try {
      await Promise.all(codes.map(code => stores.artefacts.upsert('AuthorizationCode', code, anArtefact(), later(600))))
      expect((await consumed()).every(({ outcome }) => outcome === 'done')).toBe(true)
      await nodes[0]?.end()
      expect(Math.max(...(await consumed()).map(({ ms }) => ms))).toBeLessThan(2_000)
      await until('the replica', async () => (await consumed()).every(({ outcome }) => outcome === 'done'), 60_000)
      await replicas[0]?.tells('role:master')
      const again = await Promise.all(codes.map(code => stores.artefacts.consume('AuthorizationCode', code, noon)))
      expect(new Set(again)).toEqual(new Set(['lost']))
    } finally {
      await stores.close()
    }
  }, 90_000)

  it('in one node of a Cluster, the others go on, and it does when it is back', async () => {
    const { url, nodes } = await aRedisCluster(folder)
    for (const { port } of nodes)
      await asking(port, redis => redis.config('SET', 'cluster-require-full-coverage', 'no'))
    const stores = await openRedisAsServed(url, () => noon)
    const readAll = () =>
      Promise.all(Array.from({ length: 60 }, (_, nth) => timed(() => stores.records.get('kind', String(nth)))))
    try {
      await nodes[1]?.end()
      const read = await readAll()
      expect(Math.max(...read.map(({ ms }) => ms))).toBeLessThan(2_000)
      expect(new Set(read.map(({ outcome }) => outcome))).toEqual(new Set(['done', 'away']))
      await nodes[1]?.start()
      await until('the node', async () => (await readAll()).every(({ outcome }) => outcome === 'done'))
    } finally {
      await stores.close()
    }
  })

  it('on its replica alone, codes are consumed all the same, and only the first waits for it', async () => {
    const master = await folder.server()
    const replica = await folder.server('--replicaof', '127.0.0.1', String(master.port))
    await replica.tells('master_link_status:up')
    const stores = await openRedisAsServed(`redis://127.0.0.1:${master.port}`, () => noon)
    const consumed = async (id: string) => {
      await stores.artefacts.upsert('AuthorizationCode', id, anArtefact(), later(60))
      return timed(async () => expect(await stores.artefacts.consume('AuthorizationCode', id, noon)).toBe('consumed'))
    }
    const waits = async () =>
      Number(/cmdstat_wait:calls=(\d+)/.exec(await asking(master.port, redis => redis.info('commandstats')))?.[1] ?? 0)
    try {
      await until('the replica to follow', async () =>
        /state=online,.*lag=[01]/.test(await asking(master.port, redis => redis.info('replication'))),
      )
      await replica.tells('aof_rewrite_in_progress:0')
      // on a busy machine a first wait may be too long, and those of the next seconds left out: a second one tells that it was not
      let tried = 0
      const waitsFor = async (): Promise<boolean> => {
        const before = await waits()
        tried += 1
        expect((await consumed(`before-${tried}`)).outcome).toBe('done')
        return (await waits()) === before + 1
      }
      await until('a replica that is waited for', async () => (await waitsFor()) && (await waitsFor()), 30_000)
      const before = await waits()
      replica.signal('SIGSTOP')
      const many = await Promise.all(Array.from({ length: 40 }, (_, nth) => consumed(`many-${nth}`)))
      expect(new Set(many.map(({ outcome }) => outcome))).toEqual(new Set(['done']))
      expect(Math.max(...many.map(({ ms }) => ms))).toBeLessThan(1_000)
      expect((await consumed('c')).outcome).toBe('done')
      expect(await waits()).toBe(before + 1)
    } finally {
      await stores.close()
      replica.signal('SIGCONT')
    }
  }, 60_000)
})
