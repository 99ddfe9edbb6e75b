import { StoreAway } from '../contracts.ts'
import type { Client } from './client.ts'
import { asStoreFault, isUnknownScript } from './faults.ts'
import type { Script } from './script.ts'

type Value = string | number

/** What the stores ask of Redis. What cannot be answered in time throws StoreAway; nothing is sent twice. */
export type Server = {
  /** One command. Those begun in one turn go out together, without waiting for each other. */
  run(command: string, key: string, ...values: readonly Value[]): Promise<unknown>
  script(script: Script, keys: readonly string[], values: readonly Value[]): Promise<unknown>
  /** Whether a script may go from one key to another one that it read: not on a Cluster, where they lie apart. */
  readonly goesAnywhere: boolean
}

/** A connection lost for less than that is waited for, in ms: a failover, a restart. After that everybody is told at once. */
const patience = 600

export const makeServer = (client: Client): Server => {
  let awaySince = client.status === 'ready' ? undefined : performance.now()
  client.on('close', () => {
    awaySince ??= performance.now()
  })
  client.on('ready', () => {
    awaySince = undefined
  })

  /** One wait for all: whoever comes later during it waits for what is left of it. */
  let returning: Promise<void> | undefined
  const back = (): Promise<void> => {
    const left = patience - (performance.now() - (awaySince ?? performance.now()))
    if (left <= 0) throw new StoreAway('Redis is away')
    returning ??= new Promise<void>((resolve, reject) => {
      const ready = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        client.off('ready', ready)
        reject(new StoreAway('Redis is away'))
      }, left)
      client.once('ready', ready)
    }).finally(() => {
      returning = undefined
    })
    return returning
  }

  const asked = async (ask: () => Promise<unknown>): Promise<unknown> => {
    try {
      if (client.status !== 'ready') await back()
      return await ask()
    } catch (error) {
      throw asStoreFault(error)
    }
  }

  return {
    goesAnywhere: !client.isCluster,

    run: (command, key, ...values) => asked(() => client.call(command, key, ...values)),

    script: ({ text, sha }, keys, values) =>
      asked(async () => {
        try {
          return await client.evalsha(sha, keys.length, ...keys, ...values)
        } catch (error) {
          // Nothing was done; the text leaves the script there for the next time.
          if (!isUnknownScript(error)) throw error
          return await client.eval(text, keys.length, ...keys, ...values)
        }
      }),
  }
}
