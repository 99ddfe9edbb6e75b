/** A Cluster of three, and a master with a replica that three Sentinels watch. */
import { aFreePort, asking, type RedisFolder, type RedisProcess, until } from './servers.ts'

export type RedisCluster = { readonly url: string; readonly nodes: readonly RedisProcess[] }

const slots = 16_384

export const aRedisCluster = async (folder: RedisFolder, size = 3): Promise<RedisCluster> => {
  const nodes: RedisProcess[] = []
  for (let nth = 0; nth < size; nth += 1) {
    const bus = String(await aFreePort())
    nodes.push(await folder.server('--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-node-timeout', '2000'))
  }
  const [first] = nodes
  if (!first) throw new Error('a Cluster needs a node')
  for (const [nth, { port }] of nodes.entries()) {
    const [from, to] = [nth, nth + 1].map(share => Math.floor((share * slots) / size))
    await asking(port, redis => redis.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String((to ?? 0) - 1)))
    await asking(port, redis => redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(nth + 1)))
  }
  for (const { port } of nodes) {
    const bus = await asking(port, redis => redis.config('GET', 'cluster-port'))
    await asking(first.port, redis =>
      redis.call('CLUSTER', 'MEET', '127.0.0.1', String(port), (bus as string[])[1] ?? ''),
    )
  }
  for (const { port } of nodes)
    await until('the Cluster', async () => {
      const info = String(await asking(port, redis => redis.call('CLUSTER', 'INFO')))
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${size}`)
    })
  return { url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes }
}

export type WatchedRedis = {
  readonly url: string
  readonly master: RedisProcess
  readonly replica: RedisProcess
  readonly sentinels: readonly RedisProcess[]
}

/** `watch`: what the Sentinels ask of who asks them. */
export const aWatchedRedis = async (folder: RedisFolder, watch?: string): Promise<WatchedRedis> => {
  const master = await folder.server()
  const replica = await folder.server('--replicaof', '127.0.0.1', String(master.port))
  await replica.tells('master_link_status:up')
  const asked = watch === undefined ? [] : [`requirepass ${watch}`, `sentinel sentinel-pass ${watch}`]
  const sentinels: RedisProcess[] = []
  for (let nth = 0; nth < 3; nth += 1)
    sentinels.push(
      await folder.sentinel(
        `sentinel monitor guichet 127.0.0.1 ${master.port} 2`,
        'sentinel down-after-milliseconds guichet 1000',
        'sentinel failover-timeout guichet 3000',
        ...asked,
      ),
    )
  for (const { port } of sentinels)
    await until('the Sentinels', async () => {
      const told = (await asking(port, redis => redis.call('SENTINEL', 'MASTER', 'guichet'), watch)) as string[]
      const of = (name: string) => told[told.indexOf(name) + 1]
      return of('num-other-sentinels') === '2' && of('num-slaves') === '1'
    })
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const end = watch === undefined ? '' : `?sentinels=:${watch}`
  return { url: `redis+sentinel://${hosts}/guichet${end}`, master, replica, sentinels }
}
