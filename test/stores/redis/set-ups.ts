/** A Cluster of three, and a master with a replica that three Sentinels watch. */
import { freePort } from '../../support/free-port.ts'
import { asking, type RedisFolder, type RedisProcess, until } from './servers.ts'

export type RedisCluster = {
  readonly url: string
  readonly nodes: readonly RedisProcess[]
  /** One for each node, in the same order, if they were asked for. */
  readonly replicas: readonly RedisProcess[]
}

const slots = 16_384

const aNode = async (folder: RedisFolder): Promise<RedisProcess> => {
  const bus = String(await freePort())
  return folder.server('--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-node-timeout', '2000')
}

const cluster = ({ port }: RedisProcess, ...command: readonly string[]): Promise<string> =>
  asking(port, async redis => String(await redis.call('CLUSTER', ...command)))

const several = async (count: number, make: () => Promise<RedisProcess>): Promise<readonly RedisProcess[]> => {
  const made: RedisProcess[] = []
  while (made.length < count) made.push(await make())
  return made
}

export const aRedisCluster = async (folder: RedisFolder, { replicated = false } = {}): Promise<RedisCluster> => {
  const nodes = await several(3, () => aNode(folder))
  const replicas = await several(replicated ? nodes.length : 0, () => aNode(folder))
  const all = [...nodes, ...replicas]
  const [first] = nodes
  if (!first) throw new Error('a Cluster needs a node')

  for (const [nth, node] of nodes.entries()) {
    const [from = 0, to = 0] = [nth, nth + 1].map(share => Math.floor((share * slots) / nodes.length))
    await cluster(node, 'ADDSLOTSRANGE', String(from), String(to - 1))
    await cluster(node, 'SET-CONFIG-EPOCH', String(nth + 1))
  }
  for (const { port } of all) {
    const bus = await asking(port, redis => redis.config('GET', 'cluster-port'))
    await cluster(first, 'MEET', '127.0.0.1', String(port), (bus as string[])[1] ?? '')
  }
  const whole = async () => {
    for (const node of all)
      await until('the Cluster', async () => {
        const info = await cluster(node, 'INFO')
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${all.length}`)
      })
  }
  await whole()
  for (const [nth, replica] of replicas.entries()) {
    const node = nodes[nth]
    if (node) await cluster(replica, 'REPLICATE', await cluster(node, 'MYID'))
    await replica.tells('master_link_status:up')
  }
  await whole()
  return { url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes, replicas }
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
