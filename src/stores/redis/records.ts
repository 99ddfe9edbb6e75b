import type { Vault } from '../../protection/vault.ts'
import type { RecordStore } from '../contracts.ts'
import { aScript } from './connection/script.ts'
import type { Server } from './connection/server.ts'
import { keyOf } from './keys.ts'
import { lifeOf } from './life.ts'

/** A value is « when it expires, in ms » « . » « sealed »: the store's clock decides, and Redis removes it soon after. */
const putNew = aScript(`
  local standing = redis.call('GETRANGE', KEYS[1], 0, 20)
  local expires = tonumber(string.match(standing, '^%d+'))
  if expires and expires > tonumber(ARGV[2]) then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
  return 1
`)

/** What sets a key that nobody has set, or that has expired: one step. */
export const setNew = async (
  server: Server,
  key: string,
  value: string,
  expiresAt: Date,
  now: Date,
): Promise<boolean> =>
  (await server.script(putNew, [key], [`${expiresAt.getTime()}.${value}`, now.getTime(), lifeOf(expiresAt, now)])) === 1

type RecordNeeds = { readonly server: Server; readonly vault: Vault; readonly clock: () => Date }

export const makeRecordStore = ({ server, vault, clock }: RecordNeeds): RecordStore => {
  const nameOf = (kind: string, id: string): string => keyOf('r', vault.hashId(`record:${kind}`, id))
  // Sealed to its own key: a value copied onto another one does not open.
  const seal = (key: string, value: unknown): string => vault.seal(`record:${key}`, value)
  const open = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return undefined
    const dot = value.indexOf('.')
    return Number(value.slice(0, dot)) > clock().getTime()
      ? vault.open(`record:${key}`, value.slice(dot + 1))
      : undefined
  }

  return {
    async put(kind, id, value, expiresAt) {
      const key = nameOf(kind, id)
      const written = `${expiresAt.getTime()}.${seal(key, value)}`
      await server.run('SET', key, written, 'PX', lifeOf(expiresAt, clock()))
    },

    async putNew(kind, id, value, expiresAt) {
      const key = nameOf(kind, id)
      return (await setNew(server, key, seal(key, value), expiresAt, clock())) ? 'put' : 'taken'
    },

    async get(kind, id) {
      const key = nameOf(kind, id)
      return open(key, await server.run('GET', key))
    },

    async take(kind, id) {
      const key = nameOf(kind, id)
      return open(key, await server.run('GETDEL', key))
    },

    async remove(kind, id) {
      await server.run('DEL', nameOf(kind, id))
    },
  }
}
