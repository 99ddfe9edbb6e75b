import type { Connection } from './connection.ts'

/** Expired sessions that services must be told of are not here: takeExpiredSessions takes them. */
const prepare = ({ prepare }: Connection) => [
  prepare(
    `DELETE FROM artefacts WHERE rowid IN
      (SELECT rowid FROM artefacts WHERE untold = 0 AND expires_at <= ? ORDER BY expires_at LIMIT ?)`,
  ),
  prepare(
    'DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  ),
  prepare(
    'DELETE FROM replays WHERE key IN (SELECT key FROM replays WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  ),
  prepare(
    'DELETE FROM throttles WHERE key IN (SELECT key FROM throttles WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  ),
  prepare(
    `DELETE FROM throttle_members WHERE (key, member) IN
      (SELECT key, member FROM throttle_members WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
  ),
]

/** One statement holds the event loop for so many rows at most. */
const batch = 500

/** Removes what has expired, `limit` rows at most, in short statements between which others may run. */
export const makePurge = (connection: Connection) => {
  const statements = prepare(connection)
  return async (now: Date, limit: number): Promise<number> => {
    let removed = 0
    for (const statement of statements) {
      let last: number
      do {
        const most = Math.min(batch, limit - removed)
        last = most > 0 ? Number(await connection.run(() => statement.run(now.getTime(), most).changes)) : 0
        removed += last
      } while (last === batch)
    }
    return removed
  }
}
