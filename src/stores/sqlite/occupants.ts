import type { OccupantStore, Occupation } from '../contracts.ts'
import type { Connection } from './connection.ts'

const prepare = ({ prepare }: Connection) => ({
  forget: prepare('DELETE FROM occupants WHERE until <= ?'),
  stay: prepare(
    `INSERT INTO occupants (process, occupation, until) VALUES (?, ?, ?)
      ON CONFLICT (process) DO UPDATE SET occupation = excluded.occupation, until = excluded.until`,
  ),
  others: prepare<{ occupation: Occupation }>('SELECT occupation FROM occupants WHERE process <> ? AND until > ?'),
  leave: prepare('DELETE FROM occupants WHERE process = ?'),
})

export const makeOccupantStore = (connection: Connection, process: string): OccupantStore => {
  const sql = prepare(connection)
  return {
    stay: (occupation, now, until) =>
      connection.write(() => {
        sql.forget.run(now.getTime())
        sql.stay.run(process, occupation, until.getTime())
        return sql.others.all(process, now.getTime()).map(other => other.occupation)
      }),

    async leave() {
      await connection.run(() => sql.leave.run(process))
    },
  }
}
