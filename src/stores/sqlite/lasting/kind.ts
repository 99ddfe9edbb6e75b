import type { SQLInputValue } from 'node:sqlite'
import type { LastingKind } from '../../contracts-lasting.ts'
import type { Connection } from '../connection.ts'

type KindNeeds<Row, Item> = {
  readonly connection: Connection
  readonly table: string
  /** Columns of its key. */
  readonly key: readonly string[]
  readonly keyOf: (item: Item) => readonly SQLInputValue[]
  readonly itemOf: (row: Row) => Item
  readonly put: (items: readonly Item[]) => Promise<unknown>
}

/** A table read by its key. */
export const makeKind = <Row, Item>({
  connection,
  table,
  key,
  keyOf,
  itemOf,
  put,
}: KindNeeds<Row, Item>): LastingKind<Item> => {
  const columns = key.join(', ')
  const values = key.map(() => '?').join(', ')
  const sql = {
    count: connection.prepare<{ count: number }>(`SELECT count(*) AS count FROM ${table}`),
    first: connection.prepare<Row>(`SELECT * FROM ${table} ORDER BY ${columns} LIMIT ?`),
    after: connection.prepare<Row>(
      `SELECT * FROM ${table} WHERE (${columns}) > (${values}) ORDER BY ${columns} LIMIT ?`,
    ),
    find: connection.prepare<Row>(`SELECT * FROM ${table} WHERE (${columns}) = (${values})`),
  }

  return {
    count: async () => (await connection.run(() => sql.count.get()))?.count ?? 0,

    page: (after, limit) =>
      connection.run(() => {
        const rows = after === undefined ? sql.first.all(limit) : sql.after.all(...keyOf(after), limit)
        return rows.map(itemOf)
      }),

    find: like =>
      connection.run(() =>
        like.map(item => {
          const row = sql.find.get(...keyOf(item))
          return row && itemOf(row)
        }),
      ),

    async put(items) {
      await put(items)
    },
  }
}
