import type { Server } from '../connection/server.ts'
import { follow } from './scripts.ts'

type Followed = { readonly target?: string; readonly value: unknown }

/** From a name to the key of what it names: never what decides, so that half of a step leaves at worst one that leads nowhere. */
export type Pointers = {
  set(pointer: string, target: string, life: number): Promise<void>
  get(pointer: string): Promise<string | undefined>
  /**
   * What lies where it leads: one wait. On a Cluster two, the first time: where it led is remembered while what lies there `holds`
   * what was asked for.
   */
  follow(pointer: string, read: 'GET' | 'HGETALL', holds: (value: unknown) => boolean): Promise<Followed>
}

const mostRemembered = 2_000

export const makePointers = (server: Server): Pointers => {
  const remembered = new Map<string, string>()

  const get = async (pointer: string): Promise<string | undefined> => {
    const target = await server.run('GET', pointer)
    return typeof target === 'string' ? target : undefined
  }

  const followAtOnce = async (pointer: string, read: string): Promise<Followed> => {
    const [target, value] = ((await server.script(follow, [pointer], [read])) ?? []) as unknown[]
    return typeof target === 'string' ? { target, value } : { value: undefined }
  }

  return {
    async set(pointer, target, life) {
      await server.run('SET', pointer, target, 'PX', life)
    },

    get,

    async follow(pointer, read, holds) {
      if (server.goesAnywhere) return followAtOnce(pointer, read)
      const known = remembered.get(pointer)
      if (known !== undefined) {
        const value = await server.run(read, known)
        if (holds(value)) return { target: known, value }
        remembered.delete(pointer)
      }
      const target = await get(pointer)
      if (target === undefined) return { value: undefined }
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(pointer, target)
      return { target, value: await server.run(read, target) }
    },
  }
}
