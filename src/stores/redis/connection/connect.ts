import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnusable } from '../../faults.ts'
import { adviceOf, unusable } from './advice.ts'
import { type Client, makeClient } from './client.ts'
import { reasonOf } from './faults.ts'
import { type Inspected, inspect } from './inspect.ts'
import { parseRedisUrl, redisUrlSentence, tellPlace } from './place.ts'

export type Connected = {
  /** `following` where there are replicas: its commands may wait for them. */
  readonly clients: { readonly main: Client; readonly following: Client | undefined }
  readonly advice: readonly string[]
  /** How long a command may wait for its answer, in ms. */
  readonly patience: number
}

/** A server that starts beside us may take so long to listen, in ms. */
const openWithin = 5_000

export type ConnectSettings = { readonly url: string; readonly production: boolean; readonly patience?: number }

/** An act is answered or refused within two seconds: half of this for a lost connection (server.ts), then this for an answer, in ms. */
const usualPatience = 1_200

/** Throws StoreUnusable with a sentence for the operator, which never holds a password. */
export const connectRedis = async ({
  url,
  production,
  patience = usualPatience,
}: ConnectSettings): Promise<Connected> => {
  const parsed = parseRedisUrl(url)
  if (!parsed.ok) throw new StoreUnusable(redisUrlSentence(parsed.fault))
  const { place } = parsed
  const told = tellPlace(place)
  const clients: Client[] = []
  const open = async () => {
    const client = makeClient(place, patience)
    clients.push(client)
    return { client, servers: await opened(client, told) }
  }
  try {
    const { client: main, servers } = await open()
    const fault = unusable(servers, told, production)
    if (fault !== undefined) throw new StoreUnusable(fault)
    const followed = place.kind === 'sentinel' || servers.some(({ replicas }) => replicas > 0)
    const following = followed ? (await open()).client : undefined
    return { clients: { main, following }, advice: adviceOf(servers, told, followed), patience }
  } catch (error) {
    for (const client of clients) client.disconnect()
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
  throw new StoreUnusable(`Redis at ${place} does not answer (${reasonOf(last)}): see that it runs, and the URL.`)
}
