/**
 * Redis removes what has expired by its own machine's time, which no test moves. This stands in for it: removes every thing whose
 * own time, as the store wrote it beside the value, has come, and counts those.
 */
import type { Redis } from 'ioredis'
import { asking } from './servers.ts'

const letterOf = (key: string): string => /^guichet:\{..\}:(.):/.exec(key)?.[1] ?? ''

const keysOf = async (redis: Redis): Promise<readonly string[]> => (await redis.keys('*')).sort()

const sessionExpiryOf = async (redis: Redis, key: string): Promise<number | undefined> => {
  const [, tag, uid = ''] = /^guichet:\{(..)\}:u:(.+)$/.exec(key) ?? []
  const untold = await redis.zrange(`guichet:{${tag}}:e:`, '0', '-1')
  if (untold.some(member => member.startsWith(uid))) return undefined
  const rows = Object.entries(await redis.hgetall(key)).filter(([field]) => field.startsWith('r'))
  return Math.max(...rows.map(([, row]) => Number(row.slice(1, 16))))
}

/** When a thing expires; undefined for what only leads to things, and for what is kept until somebody was told of it. */
const expiryOf = async (redis: Redis, key: string): Promise<number | undefined> => {
  switch (letterOf(key)) {
    case 'r':
    case 'n':
      return Number((await redis.get(key))?.split('.')[0])
    case 'o':
      return Number(await redis.get(key))
    case 't':
      return Number(await redis.hget(key, 'e'))
    case 'm':
      return Number((await redis.zrange(key, '-1', '-1', 'WITHSCORES'))[1])
    case 'a':
      return Number((await redis.get(key))?.slice(1, 16))
    case 'u':
      return sessionExpiryOf(redis, key)
    default:
      return undefined
  }
}

/** Of the servers on `ports`, `limit` things at most. */
export const passTime = async (ports: readonly number[], now: Date, limit: number): Promise<number> => {
  let removed = 0
  for (const port of ports)
    await asking(port, async redis => {
      for (const key of await keysOf(redis)) {
        if (removed === limit) return
        const expires = await expiryOf(redis, key)
        if (expires === undefined || expires > now.getTime()) continue
        removed += await redis.del(key)
      }
    })
  return removed
}

/** Every key with all that it holds. */
export const everything = async (redis: Redis): Promise<unknown> =>
  Promise.all(
    (await keysOf(redis)).map(async key => {
      const type = await redis.type(key)
      if (type === 'hash') return [key, await redis.hgetall(key)]
      if (type === 'zset') return [key, await redis.zrange(key, '0', '-1', 'WITHSCORES')]
      return [key, await redis.get(key)]
    }),
  )
