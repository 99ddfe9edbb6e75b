import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisPlace } from './place.ts'

export type Client = Redis | Cluster
type Options = Omit<RedisOptions, 'replyMapping'>

const connectWithin = 1_200
const longestRetry = 500

const retryIn = (tries: number): number => Math.min(longestRetry, 25 * tries)

/**
 * Nothing is queued while there is no connection, nor sent again on the next one: whoever asked is told, and asks again. A server
 * that has stopped answering loses its connection, so that what waits on it stays bounded by what is asked in that time.
 */
const bounds = {
  lazyConnect: true,
  connectTimeout: connectWithin,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: retryIn,
  // A master that became a replica refuses writes: its successor is to be found.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  protocol: 2,
  disableClientInfo: true,
  connectionName: 'guichet',
} as const satisfies Options

const accessOf = ({ username, password, tls }: RedisPlace): Options => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
  ...(tls ? { tls: {} } : {}),
})

/** `patience`: what a command may wait for its answer, and a silent connection be kept, in ms. */
export const makeClient = (place: RedisPlace, patience: number): Client => {
  const access = { ...accessOf(place), commandTimeout: patience, socketTimeout: patience }
  if (place.kind === 'single') return new Redis({ ...bounds, ...access, ...place.node, db: place.db })
  if (place.kind === 'sentinel')
    return new Redis({
      ...bounds,
      ...access,
      sentinels: [...place.nodes],
      name: place.name,
      db: place.db,
      ...(place.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      ...(place.sentinels?.username === undefined ? {} : { sentinelUsername: place.sentinels.username }),
      ...(place.sentinels?.password === undefined ? {} : { sentinelPassword: place.sentinels.password }),
      sentinelCommandTimeout: patience,
      sentinelRetryStrategy: retryIn,
      failoverDetector: true,
    })
  const { lazyConnect, enableOfflineQueue, retryStrategy, maxRetriesPerRequest, ...node } = bounds
  return new Cluster([...place.nodes], {
    lazyConnect,
    enableOfflineQueue,
    clusterRetryStrategy: retryIn,
    slotsRefreshTimeout: patience,
    slotsRefreshInterval: 10_000,
    maxRedirections: 8,
    redisOptions: { ...node, ...access },
  })
}
