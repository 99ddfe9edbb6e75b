import { afterAll, beforeAll } from '@jest/globals'
import { expiringStoreContracts } from '../../contract/expiring.ts'
import { describeOnRedis } from './describe.ts'
import { openRedisForTests } from './open-redis.ts'
import { aRedisFolder, type RedisFolder } from './servers.ts'
import { aRedisCluster, aWatchedRedis } from './set-ups.ts'

/** The servers of a set-up: its URL, and the ports of those that hold keys. */
type SetUp = { readonly url: string; readonly ports: readonly number[] }

const setUps: { readonly [name: string]: (folder: RedisFolder) => Promise<SetUp> } = {
  async 'one Redis'(folder) {
    const { port } = await folder.server()
    return { url: `redis://127.0.0.1:${port}`, ports: [port] }
  },
  async 'a Redis Cluster of three'(folder) {
    const { url, nodes } = await aRedisCluster(folder)
    return { url, ports: nodes.map(({ port }) => port) }
  },
  async 'a Redis that Sentinels watch'(folder) {
    const { url, master } = await aWatchedRedis(folder)
    return { url, ports: [master.port] }
  },
}

describeOnRedis.each(Object.keys(setUps))('%s', name => {
  let folder: RedisFolder
  let setUp: SetUp | undefined
  beforeAll(async () => {
    folder = await aRedisFolder()
    setUp = await setUps[name]?.(folder)
  })
  afterAll(() => folder.close())

  expiringStoreContracts(() => {
    if (!setUp) throw new Error('no server runs')
    return openRedisForTests(setUp.url, setUp.ports)
  })
})
