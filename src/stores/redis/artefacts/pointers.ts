import type { Server } from '../connection/server.ts'
import { follow } from './scripts.ts'

/** From a name to the key of what it names: never what decides, so that half of a step leaves at worst one that leads nowhere. */
export type Pointers = {
  set(pointer: string, target: string, life: number): Promise<void>
  get(pointer: string): Promise<string | undefined>
  /** What lies where it leads: one wait, on a Cluster two. */
  follow(pointer: string, read: 'GET' | 'HGETALL'): Promise<{ readonly target?: string; readonly value: unknown }>
}

export const makePointers = (server: Server): Pointers => {
  const get = async (pointer: string): Promise<string | undefined> => {
    const target = await server.run('GET', pointer)
    return typeof target === 'string' ? target : undefined
  }
  return {
    async set(pointer, target, life) {
      await server.run('SET', pointer, target, 'PX', life)
    },

    get,

    async follow(pointer, read) {
      if (server.goesAnywhere) {
        const [target, value] = ((await server.script(follow, [pointer], [read])) ?? []) as unknown[]
        return typeof target === 'string' ? { target, value } : { value: undefined }
      }
      const target = await get(pointer)
      return target === undefined ? { value: undefined } : { target, value: await server.run(read, target) }
    },
  }
}
