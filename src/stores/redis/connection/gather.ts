import { Cluster, type Redis } from 'ioredis'
import type { Client } from './client.ts'

/**
 * To be called before each command: those of one turn of the event loop leave in one write for each connection, which spares
 * most of what a command costs. Nobody waits for another one's answer, as the driver's own pipelining would have it.
 */
export const makeGather = (client: Client): (() => void) => {
  const connections = new Set<Redis>()
  if (client instanceof Cluster) {
    for (const node of client.nodes()) connections.add(node)
    client.on('+node', (node: Redis) => void connections.add(node))
    client.on('-node', (node: Redis) => void connections.delete(node))
  } else {
    connections.add(client)
  }

  let gathering = false
  return () => {
    if (gathering) return
    gathering = true
    const streams = [...connections].map(({ stream }) => stream)
    for (const stream of streams) stream?.cork()
    setImmediate(() => {
      gathering = false
      for (const stream of streams) stream?.uncork()
    })
  }
}
