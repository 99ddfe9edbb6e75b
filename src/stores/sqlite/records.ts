import type { Vault } from '../../protection/vault.ts'
import type { RecordStore } from '../contracts.ts'
import type { Connection } from './connection.ts'

const prepare = ({ prepare }: Connection) => ({
  put: prepare(
    `INSERT INTO records (key, value, expires_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
  ),
  putNew: prepare(
    `INSERT INTO records (key, value, expires_at) VALUES (?1, ?2, ?3)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at WHERE expires_at <= ?4`,
  ),
  get: prepare<{ value: string }>('SELECT value FROM records WHERE key = ? AND expires_at > ?'),
  take: prepare<{ value: string }>('DELETE FROM records WHERE key = ? AND expires_at > ? RETURNING value'),
  remove: prepare('DELETE FROM records WHERE key = ?'),
})

type RecordNeeds = { readonly connection: Connection; readonly vault: Vault; readonly clock: () => Date }

export const makeRecordStore = ({ connection, vault, clock }: RecordNeeds): RecordStore => {
  const sql = prepare(connection)
  const keyOf = (kind: string, id: string): string => vault.hashId(`record:${kind}`, id)
  // Sealed to its own key: a value copied onto another row does not open.
  const seal = (key: string, value: unknown): string => vault.seal(`record:${key}`, value)
  const open = (key: string, row: { value: string } | undefined): unknown =>
    row && vault.open(`record:${key}`, row.value)

  return {
    async put(kind, id, value, expiresAt) {
      const key = keyOf(kind, id)
      const sealed = seal(key, value)
      await connection.run(() => sql.put.run(key, sealed, expiresAt.getTime()))
    },

    async putNew(kind, id, value, expiresAt) {
      const key = keyOf(kind, id)
      const sealed = seal(key, value)
      const { changes } = await connection.run(() =>
        sql.putNew.run(key, sealed, expiresAt.getTime(), clock().getTime()),
      )
      return changes ? 'put' : 'taken'
    },

    async get(kind, id) {
      const key = keyOf(kind, id)
      return open(key, await connection.run(() => sql.get.get(key, clock().getTime())))
    },

    async take(kind, id) {
      const key = keyOf(kind, id)
      return open(key, await connection.run(() => sql.take.get(key, clock().getTime())))
    },

    async remove(kind, id) {
      await connection.run(() => sql.remove.run(keyOf(kind, id)))
    },
  }
}
