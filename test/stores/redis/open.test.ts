import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openRedisStores } from '../../../src/stores/redis/open.ts'
import { aVault } from '../../builders/keys.ts'
import { noon } from '../../builders/records.ts'
import { freePort } from '../../support/free-port.ts'
import { describeOnRedis } from './describe.ts'
import { aRedisFolder, asking, type RedisFolder } from './servers.ts'
import { aRedisCluster, aWatchedRedis } from './set-ups.ts'

const secret = 'a-password-of-tests'

describeOnRedis('opening Redis', () => {
  let folder: RedisFolder
  beforeAll(async () => {
    folder = await aRedisFolder()
  })
  afterAll(() => folder.close())

  const open = (url: string, production = true) =>
    openRedisStores({ url, vault: aVault(), clock: () => noon, production })
  const adviceOf = async (port: number, production = true) => {
    const stores = await open(`redis://127.0.0.1:${port}`, production)
    await stores.close()
    return stores.advice
  }
  const refusalOf = async (url: string) => {
    try {
      await (await open(url)).close()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      expect(error.name).toBe('StoreUnusable')
      expect(`${error.stack} ${String(error.cause)}`).not.toContain(secret)
      return error.message
    }
    throw new Error('it opened')
  }

  it('has nothing to say about a server that keeps everything before it answers', async () => {
    expect(await adviceOf((await folder.server()).port)).toEqual([])
  })

  it('says what a crash may undo, when it writes to disk later or never', async () => {
    const later = await folder.server('--appendfsync', 'everysec')
    expect(await adviceOf(later.port)).toEqual([
      expect.stringMatching(
        /writes to disk later than it answers \(appendfsync everysec\).+used again.+Set appendfsync to always\.$/,
      ),
    ])
    const never = await folder.server('--appendonly', 'no')
    expect(await adviceOf(never.port)).toEqual([
      expect.stringMatching(/keeps nothing on disk \(appendonly no\).+Set appendonly to yes/),
    ])
  })

  it('says what a failover may undo, where there are replicas', async () => {
    const master = await folder.server()
    const replica = await folder.server('--replicaof', '127.0.0.1', String(master.port))
    await replica.tells('master_link_status:up')
    expect(await adviceOf(master.port)).toEqual([
      expect.stringMatching(/has replicas.+a failover may undo that moment/),
    ])
    expect(await refusalOf(`redis://127.0.0.1:${replica.port}`)).toMatch(/is a replica.+give its master's address\.$/)
  })

  it('says it of a master that Sentinels watch, whose replicas may come later, and of the nodes of a Cluster', async () => {
    const watched = await aWatchedRedis(folder)
    const { url } = await aRedisCluster(folder, { replicated: true })
    for (const each of [watched.url, url]) {
      const stores = await open(each)
      await stores.close()
      expect(stores.advice).toEqual([expect.stringMatching(/has replicas.+a failover may undo that moment/)])
    }
  }, 60_000)

  it('asks no more rights than docs/redis.md and deploy/ give, and sees with them how the server is set', async () => {
    const rights = /^user guichet on >password (.+)$/m.exec(await readFile('docs/redis.md', 'utf8'))?.[1] ?? ''
    expect(rights).toContain('~guichet:*')
    expect(await readFile('deploy/make-secrets.sh', 'utf8')).toContain(rights)
    const { port } = await folder.server()
    await asking(port, redis => redis.call('ACL', 'SETUSER', 'guichet', 'on', '>password', ...rights.split(' ')))
    const stores = await open(`redis://guichet:password@127.0.0.1:${port}`)
    await stores.ready()
    await stores.close()
    expect(stores.advice).toEqual([])
  })

  it('refuses in production a server that throws keys away, and warns of it elsewhere', async () => {
    const { port } = await folder.server('--maxmemory-policy', 'allkeys-lru')
    const sentence =
      /throws keys away when its memory is full \(maxmemory-policy allkeys-lru\).+Set maxmemory-policy to noeviction\.$/
    expect(await refusalOf(`redis://127.0.0.1:${port}`)).toMatch(sentence)
    expect(await adviceOf(port, false)).toEqual([expect.stringMatching(sentence)])
  })

  it('says that nobody answers, or why not, without the password', async () => {
    const nobody = `127.0.0.1:${await freePort()}`
    const started = performance.now()
    expect(await refusalOf(`redis://:${secret}@${nobody}`)).toBe(
      `Redis at ${nobody} does not answer (ECONNREFUSED): see that it runs, and the URL.`,
    )
    expect(performance.now() - started).toBeLessThan(10_000)
    const { port } = await folder.server('--requirepass', 'another')
    expect(await refusalOf(`redis://:${secret}@127.0.0.1:${port}`)).toMatch(/WRONGPASS/)
    expect(await refusalOf(`redis://127.0.0.1:${port}`)).toMatch(/NOAUTH/)
    await (await open(`redis://:another@127.0.0.1:${port}`)).close()
  })

  it('says which URL it wants of a node of a Cluster, and of none', async () => {
    const bus = String(await freePort())
    const { port } = await folder.server('--cluster-enabled', 'yes', '--cluster-port', bus)
    expect(await refusalOf(`redis://127.0.0.1:${port}`)).toMatch(
      /is a node of a Cluster: write the URL as redis\+cluster/,
    )
    const plain = await folder.server()
    expect(await refusalOf(`redis+cluster://127.0.0.1:${plain.port}`)).toMatch(
      /^Redis at the Cluster of .+ does not answer/,
    )
    expect(await refusalOf(`redis://:${secret}@@`)).toMatch(/^The URL of Redis is not one that Guichet understands/)
  })
})
