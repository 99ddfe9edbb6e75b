import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnusable } from '../faults.ts'
import { adviceOf, unusable } from './advice.ts'
import { type Client, makeClient } from './client.ts'
import { type Inspected, inspect } from './inspect.ts'
import { parseRedisUrl, type RedisPlace, redisUrlSentence, tellPlace } from './place.ts'

export type Connected = {
  readonly client: Client
  readonly place: RedisPlace
  /** Whether consumptions can wait for a replica. */
  readonly followed: boolean
  readonly advice: readonly string[]
}

/** A server that starts beside us may take so long to listen, in ms. */
const openWithin = 5_000

/** Throws StoreUnusable with a sentence for the operator, which never holds a password. */
export const connectRedis = async (url: string, production: boolean): Promise<Connected> => {
  const parsed = parseRedisUrl(url)
  if (!parsed.ok) throw new StoreUnusable(redisUrlSentence(parsed.fault))
  const { place } = parsed
  const told = tellPlace(place)
  const client = makeClient(place)
  try {
    const servers = await opened(client, told)
    const fault = unusable(servers, told, production)
    if (fault !== undefined) throw new StoreUnusable(fault)
    const followed = place.kind === 'sentinel' || servers.some(({ replicas }) => replicas > 0)
    return { client, place, followed, advice: adviceOf(servers, told, followed) }
  } catch (error) {
    client.disconnect()
    throw error
  }
}

const opened = async (client: Client, place: string): Promise<readonly Inspected[]> => {
  let last: unknown
  // Said by every answer that does not come; without a listener the driver would print it.
  client.on('error', error => {
    last = error
  })
  const until = performance.now() + openWithin
  for (;;) {
    try {
      if (client.status === 'wait' || client.status === 'end') await client.connect()
      if (client.status === 'ready') return await inspect(client)
    } catch (error) {
      last ??= error
    }
    if (performance.now() > until) break
    await wait(50)
  }
  throw new StoreUnusable(`Redis at ${place} does not answer (${reason(last)}): see that it runs, and the URL.`)
}

/** A code of the system or an answer of the server, which never holds a password. */
const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no reason given'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return code ?? error.message
}
