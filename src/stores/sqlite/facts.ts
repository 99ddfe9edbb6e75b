import type { FactStore } from '../contracts.ts'
import type { Connection } from './connection.ts'

const prepare = ({ prepare }: Connection) => ({
  settle: prepare('INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING'),
  get: prepare<{ value: string }>('SELECT value FROM facts WHERE name = ?'),
})

export const makeFactStore = (connection: Connection): FactStore => {
  const sql = prepare(connection)
  return {
    settle: (name, value) =>
      connection.write(() => {
        sql.settle.run(name, value)
        return sql.get.get(name)?.value ?? value
      }),

    get: async name => (await connection.run(() => sql.get.get(name)))?.value,
  }
}
