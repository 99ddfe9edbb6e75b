import type { Vault } from '../../protection/vault.ts'
import type { ThrottleStore } from '../contracts.ts'
import type { Connection } from './connection.ts'

type ThrottleRow = { count: number; until: number }

const prepare = ({ prepare }: Connection) => ({
  // No row comes back while a wait runs: then nothing was counted. Without a wait `until` is 0: two tries at once are written in
  // another order than they looked at the clock. After `free` tries each one begins a wait, doubled each time.
  attempt: prepare<ThrottleRow>(
    `INSERT INTO throttles (key, count, until, expires_at)
      VALUES (:key, 1, iif(:free <= 1, :now + :firstWait, 0), :now + max(:memory, iif(:free <= 1, :firstWait, 0)))
      ON CONFLICT (key) DO UPDATE SET
        (count, until, expires_at) = (
          SELECT n, iif(wait = 0, 0, :now + wait), :now + max(:memory, wait) FROM (
            SELECT n, iif(n < :free, 0, min(:longestWait, :firstWait << min(n - :free, 20))) AS wait FROM (
              SELECT iif(throttles.expires_at <= :now, 1, throttles.count + 1) AS n)))
        WHERE throttles.until <= :now OR throttles.expires_at <= :now
      RETURNING count, until`,
  ),
  // An expired one begins again, as if it were new.
  count: prepare<ThrottleRow>(
    `INSERT INTO throttles (key, count, until, expires_at) VALUES (:key, 1, :now + :window, :now + :window)
      ON CONFLICT (key) DO UPDATE SET
        count = iif(expires_at <= :now, 1, count + 1),
        until = iif(expires_at <= :now, excluded.until, until),
        expires_at = iif(expires_at <= :now, excluded.expires_at, expires_at)
      RETURNING count, until`,
  ),
  distinct: prepare(
    `INSERT INTO throttle_members (key, member, expires_at)
      SELECT :key, :member, :now + :window WHERE
        EXISTS (SELECT 1 FROM throttle_members WHERE key = :key AND member = :member AND expires_at > :now)
        OR (SELECT count(*) FROM throttle_members WHERE key = :key AND expires_at > :now) < :max
      ON CONFLICT (key, member) DO UPDATE SET expires_at = excluded.expires_at`,
  ),
  standing: prepare<ThrottleRow>('SELECT count, until FROM throttles WHERE key = ? AND expires_at > ?'),
  members: prepare<{ count: number }>(
    'SELECT count(*) AS count FROM throttle_members WHERE key = ? AND expires_at > ?',
  ),
  reset: prepare('DELETE FROM throttles WHERE key = ?'),
  resetMembers: prepare('DELETE FROM throttle_members WHERE key = ?'),
})

const ms = (seconds: number): number => Math.round(seconds * 1000)

export const makeThrottleStore = (connection: Connection, vault: Vault): ThrottleStore => {
  const sql = prepare(connection)
  const keyOf = (name: string, key: string): string => vault.hashId(`throttle:${name}`, key)

  return {
    async attempt(name, key, policy, now) {
      const hashed = keyOf(name, key)
      const values = {
        key: hashed,
        now: now.getTime(),
        free: policy.free,
        firstWait: ms(policy.firstWait),
        longestWait: ms(policy.longestWait),
        memory: ms(policy.memory),
      }
      return connection.write(() => {
        const granted = sql.attempt.get(values)
        if (granted) return { granted: true, count: granted.count }
        return { granted: false, until: new Date(sql.standing.get(hashed, now.getTime())?.until ?? now.getTime()) }
      })
    },

    async count(name, key, policy, now) {
      const values = { key: keyOf(name, key), now: now.getTime(), window: ms(policy.window) }
      const row = await connection.run(() => sql.count.get(values))
      if (!row) throw new Error('a count gave no row')
      return { granted: row.count <= policy.max, count: row.count, until: new Date(row.until) }
    },

    async distinct(name, key, member, policy, now) {
      const hashed = keyOf(name, key)
      const values = {
        key: hashed,
        member: vault.hashId(`throttle:${name}:member`, member),
        now: now.getTime(),
        window: ms(policy.window),
        max: policy.max,
      }
      return { granted: (await connection.run(() => sql.distinct.run(values).changes)) !== 0 }
    },

    async peek(name, key, now) {
      const hashed = keyOf(name, key)
      return connection.run(
        () => sql.standing.get(hashed, now.getTime())?.count ?? sql.members.get(hashed, now.getTime())?.count ?? 0,
      )
    },

    reset: (name, key) =>
      connection.write(() => {
        sql.reset.run(keyOf(name, key))
        sql.resetMembers.run(keyOf(name, key))
      }),
  }
}
