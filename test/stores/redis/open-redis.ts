import { openRedisStores, type RedisStores } from '../../../src/stores/redis/open.ts'
import { aVault } from '../../builders/keys.ts'
import { noon } from '../../builders/records.ts'
import type { ExpiringStores, OpenedStores } from '../../contract/set-up.ts'
import { asking } from './servers.ts'
import { everything, passTime } from './time.ts'

export const openRedisAsServed = (url: string, clock: () => Date): Promise<RedisStores> =>
  openRedisStores({ url, vault: aVault(), clock, production: true })

/** With more patience than is served with: how busy the machine is proves nothing here. */
export const openRedis = (url: string, clock: () => Date, patience = 10_000): Promise<RedisStores> =>
  openRedisStores({ url, vault: aVault(), clock, production: true, patience })

/** Each test finds the servers empty. `ports`: those that hold keys. */
export const openRedisForTests = async (
  url: string,
  ports: readonly number[],
): Promise<OpenedStores<ExpiringStores>> => {
  for (const port of ports) await asking(port, redis => redis.flushall())
  let now = noon
  const all: RedisStores[] = []
  const open = async () => {
    const stores = await openRedis(url, () => now)
    all.push(stores)
    const purgeExpired = async (at: Date, limit: number) =>
      (await stores.purgeExpired(at, limit)) + (await passTime(ports, at, limit))
    return { ...stores, purgeExpired }
  }
  return {
    stores: await open(),
    clock: { now: () => now, set: date => (now = date) },
    another: open,
    dump: async () => Buffer.from(JSON.stringify(await Promise.all(ports.map(port => asking(port, everything))))),
    close: async () => {
      for (const stores of all) await stores.close()
    },
  }
}
