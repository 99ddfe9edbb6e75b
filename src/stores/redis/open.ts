import type { Vault } from '../../protection/vault.ts'
import type { Stores } from '../contracts.ts'
import { makeArtefactStore } from './artefacts/artefacts.ts'
import { makeConsume } from './artefacts/consumption.ts'
import { type ConnectSettings, connectRedis } from './connection/connect.ts'
import { makeServer } from './connection/server.ts'
import { makeRecordStore } from './records.ts'
import { makeThrottleStore } from './throttles.ts'

/**
 * `url`: one of the forms of place.ts. `production`: refuses servers that throw keys away when their memory is full. `patience`: how
 * long a command may wait for its answer, in ms, before StoreAway.
 */
export type RedisSettings = ConnectSettings & { readonly vault: Vault; readonly clock: () => Date }

/** What expires. `advice`: sentences for the operator, about what a crash or a failover may undo as the servers are set. */
export type RedisStores = Pick<Stores, 'artefacts' | 'records' | 'throttles' | 'purgeExpired' | 'ready' | 'close'> & {
  readonly advice: readonly string[]
}

/** Throws StoreUnusable with a sentence for the operator. */
export const openRedisStores = async (settings: RedisSettings): Promise<RedisStores> => {
  const { vault, clock } = settings
  const { clients, advice, patience } = await connectRedis(settings)
  const server = makeServer(clients.main, patience)
  const consume = makeConsume(server, clients.following && makeServer(clients.following, patience))
  return {
    advice,
    artefacts: makeArtefactStore({ server, consume, vault, clock }),
    records: makeRecordStore({ server, vault, clock }),
    throttles: makeThrottleStore(server, vault),
    // Redis removes by itself what has expired.
    purgeExpired: async () => 0,
    ready: async () => {
      await server.run('SET', 'guichet:pulse', clock().getTime(), 'PX', 60_000)
    },
    close: async () => {
      clients.main.disconnect()
      clients.following?.disconnect()
    },
  }
}
