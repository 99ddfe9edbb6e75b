import { Cluster } from 'ioredis'
import type { Client } from './client.ts'

/** What a server tells of itself. `flush`: when its log reaches the disk, if it keeps one and lets that be asked. */
export type Inspected = {
  readonly version: readonly [major: number, minor: number]
  readonly mode: string
  readonly role: string
  readonly eviction: string
  readonly log: boolean
  readonly flush: string | undefined
  readonly replicas: number
}

type Asked = { info(): Promise<string>; call(command: string, ...values: string[]): Promise<unknown> }

/** Some operators' servers refuse CONFIG to everybody. */
const flushOf = async (server: Asked): Promise<string | undefined> => {
  try {
    const answer = (await server.call('CONFIG', 'GET', 'appendfsync')) as readonly string[]
    return answer[1]
  } catch {
    return undefined
  }
}

const inspectOne = async (server: Asked): Promise<Inspected> => {
  const [info, flush] = await Promise.all([server.info(), flushOf(server)])
  const told = new Map(
    info.split('\r\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
  const [major = 0, minor = 0] = (told.get('redis_version') ?? '').split('.').map(Number)
  return {
    version: [major, minor],
    mode: told.get('redis_mode') ?? '',
    role: told.get('role') ?? '',
    eviction: told.get('maxmemory_policy') ?? '',
    log: told.get('aof_enabled') === '1',
    flush,
    replicas: Number(told.get('connected_slaves') ?? 0),
  }
}

/** Of a Cluster, each of its masters. */
export const inspect = (client: Client): Promise<readonly Inspected[]> =>
  Promise.all((client instanceof Cluster ? client.nodes('master') : [client]).map(inspectOne))
