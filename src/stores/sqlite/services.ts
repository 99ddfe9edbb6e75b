import type { ServiceRecord, ServiceSecret, ServiceStore } from '../contracts.ts'
import type { Connection } from './connection.ts'
import type { WriteEffects } from './effects.ts'

export type ServiceRow = { serial: number; id: string; version: number; record: string }

const prepare = ({ prepare }: Connection) => ({
  stamp: prepare<{ serial: number; version: number }>('SELECT serial, version FROM services WHERE id = ?'),
  read: prepare<ServiceRow>('SELECT * FROM services WHERE id = ?'),
  list: prepare<ServiceRow>('SELECT * FROM services ORDER BY serial'),
  add: prepare('INSERT INTO services (id, version, record) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING'),
  change: prepare('UPDATE services SET version = ?1 + 1, record = ?2 WHERE id = ?3 AND version = ?1'),
  remove: prepare('DELETE FROM services WHERE id = ?'),
})

type Written<T> = { readonly [K in keyof T]: T[K] extends Date ? string : T[K] }
type WrittenRecord = Omit<Written<ServiceRecord>, 'secrets' | 'id' | 'version'> & {
  readonly secrets: readonly { readonly hash: string; readonly createdAt: string; readonly expiresAt?: string }[]
}

const secretOf = ({ hash, createdAt, expiresAt }: WrittenRecord['secrets'][number]): ServiceSecret => ({
  hash,
  createdAt: new Date(createdAt),
  ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
})

export const recordOf = (row: ServiceRow): ServiceRecord => {
  const written: WrittenRecord = JSON.parse(row.record)
  return {
    ...written,
    id: row.id,
    version: row.version,
    secrets: written.secrets.map(secretOf),
    createdAt: new Date(written.createdAt),
    updatedAt: new Date(written.updatedAt),
  }
}

export const textOf = ({ id: _id, version: _version, ...record }: ServiceRecord): string => JSON.stringify(record)

export const makeServiceStore = (connection: Connection, writeEffects: WriteEffects): ServiceStore => {
  const sql = prepare(connection)
  const known = new Map<string, { readonly serial: number; readonly record: ServiceRecord }>()

  /** One short read tells whether what is known still stands: another process's change is seen at once. */
  const find = (id: string): ServiceRecord | undefined => {
    const stamp = sql.stamp.get(id)
    const cached = known.get(id)
    if (cached && cached.serial === stamp?.serial && cached.record.version === stamp.version) return cached.record
    known.delete(id)
    const row = stamp && sql.read.get(id)
    if (!row) return undefined
    const record = recordOf(row)
    known.set(id, { serial: row.serial, record })
    return record
  }

  return {
    find: id => connection.run(() => find(id)),

    // by age, which a copy of another store keeps; serials are given anew there
    list: () =>
      connection.run(() =>
        sql.list
          .all()
          .map(recordOf)
          .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
      ),

    add: (service, effects) =>
      connection.write(() => {
        if (!sql.add.run(service.id, service.version, textOf(service)).changes) return 'exists'
        writeEffects(effects)
        return 'added'
      }),

    change: (service, expectedVersion, effects) =>
      connection.write(() => {
        if (!sql.change.run(expectedVersion, textOf(service), service.id).changes)
          return sql.stamp.get(service.id) ? 'conflict' : 'gone'
        writeEffects(effects)
        return 'changed'
      }),

    remove: (id, effects) =>
      connection.write(() => {
        if (!sql.remove.run(id).changes) return 'gone'
        writeEffects(effects)
        return 'removed'
      }),
  }
}
