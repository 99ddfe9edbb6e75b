import { Cluster } from 'ioredis'
import { StoreAway } from '../../contracts.ts'
import { slotOf } from '../keys.ts'
import type { Client } from './client.ts'
import { asStoreFault, hasDoneNothing, isUnknownScript } from './faults.ts'
import { makeGather } from './gather.ts'
import type { Script } from './script.ts'

type Value = string | number
export type ScriptCall = { readonly keys: readonly string[]; readonly values: readonly Value[] }
export type Answer = { readonly error: unknown } | { readonly value: unknown }

/** What the stores ask of Redis. What cannot be answered in time throws StoreAway; nothing is sent twice. */
export type Server = {
  /** One command. Those begun in one turn go out together, without waiting for each other. */
  run(command: string, key: string, ...values: readonly Value[]): Promise<unknown>
  script(script: Script, keys: readonly string[], values: readonly Value[]): Promise<unknown>
  /**
   * Runs a script for each of these, in order, on one place; answered once a replica has what they did, or after `within` ms: then
   * `kept` is false. The connection is held up meanwhile.
   */
  scriptsKept(
    script: Script,
    calls: readonly ScriptCall[],
    within: number,
  ): Promise<{ readonly answers: readonly Answer[]; readonly kept: boolean }>
  /** Which of the servers has that key. */
  placeOf(key: string): string
  /** Whether a script may go from one key to another one that it read: not on a Cluster, where they lie apart. */
  readonly goesAnywhere: boolean
}

/** One that has just been lost is « ready » until its loss is told, a moment later. */
const isConnected = (client: Client): boolean =>
  client.status === 'ready' && (client instanceof Cluster || client.stream.writable)

/**
 * A connection lost for less than half of `patience` (ms) is waited for: a failover, a restart. After that everybody is told at
 * once.
 */
export const makeServer = (client: Client, patience: number): Server => {
  const gather = makeGather(client)
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
    const left = patience / 2 - (performance.now() - (awaySince ?? performance.now()))
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

  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      if (!isConnected(client)) await back()
      gather()
      return await ask()
    } catch (error) {
      throw asStoreFault(error)
    }
  }

  return {
    goesAnywhere: !client.isCluster,

    run: (command, key, ...values) => asked(() => client.call(command, key, ...values)),

    script: (script, keys, values) => asked(() => runScript(client, script, { keys, values })),

    scriptsKept: (script, calls, within) => asked(() => runKept(client, script, calls, within)),

    placeOf: key => (client instanceof Cluster ? (client.slots[slotOf(key)]?.[0] ?? '') : ''),
  }
}

const runScript = async (client: Client, { text, sha }: Script, { keys, values }: ScriptCall): Promise<unknown> => {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...values)
  } catch (error) {
    // The text leaves it there for the next time.
    if (!isUnknownScript(error)) throw error
    return await client.eval(text, keys.length, ...keys, ...values)
  }
}

const runKept = async (client: Client, script: Script, calls: readonly ScriptCall[], within: number) => {
  const pipeline = client.pipeline()
  for (const { keys, values } of calls) pipeline.evalsha(script.sha, keys.length, ...keys, ...values)
  const results = (await pipeline.wait(1, within).exec()) ?? []
  const answerTo = async (call: ScriptCall, nth: number): Promise<Answer> => {
    const [error, value] = results[nth] ?? [new Error('a pipeline gave no answer'), undefined]
    if (!error) return { value }
    if (!hasDoneNothing(error)) return { error: asStoreFault(error) }
    // The script is unknown there, or the key has moved: once more alone, which settles both for the next time.
    try {
      return { value: await runScript(client, script, call) }
    } catch (again) {
      return { error: asStoreFault(again) }
    }
  }
  return { answers: await Promise.all(calls.map(answerTo)), kept: Number(results[calls.length]?.[1] ?? 0) > 0 }
}
