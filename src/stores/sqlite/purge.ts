import { setImmediate as othersRun } from 'node:timers/promises'
import type { Connection } from './connection.ts'

/** Expired sessions that services must be told of are not here: they are leased (sessions.ts). */
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

/**
 * Removes what has expired, `limit` rows at most, in short statements between which others may run. Each table has its share:
 * one that fills faster than it is purged leaves the others theirs.
 */
export const makePurge = (connection: Connection) => {
  const statements = prepare(connection)
  return async (now: Date, limit: number): Promise<number> => {
    let left = limit
    let full = statements
    while (left > 0 && full.length > 0) {
      const share = Math.max(1, Math.min(batch, Math.floor(left / full.length)))
      const stillFull: typeof statements = []
      for (const statement of full.slice(0, left)) {
        const removed = Number(await connection.run(() => statement.run(now.getTime(), share).changes))
        left -= removed
        if (removed === share) stillFull.push(statement)
        await othersRun()
      }
      full = stillFull
    }
    return limit - left
  }
}
