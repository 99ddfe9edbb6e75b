import { setImmediate as othersRun } from 'node:timers/promises'
import type { ArtefactStore } from '../contracts.ts'
import { type ArtefactNeeds, type ArtefactRow, makeArtefactRows } from './artefact-rows.ts'
import type { Connection } from './connection.ts'
import { makeSessions } from './sessions.ts'

const endGrants = "UPDATE artefacts SET payload = '', account_id = NULL, service_id = NULL, ended = 1"

const prepare = ({ prepare }: Connection) => ({
  find: prepare<ArtefactRow>(
    'SELECT key, payload, consumed_at FROM artefacts WHERE key = ? AND expires_at > ? AND ended = 0',
  ),
  byUid: prepare<ArtefactRow>(
    `SELECT key, payload, consumed_at FROM artefacts
      WHERE uid_key = ? AND model = ? AND expires_at > ? ORDER BY rowid DESC LIMIT 1`,
  ),
  byUserCode: prepare<ArtefactRow>(
    'SELECT key, payload, consumed_at FROM artefacts WHERE user_code_key = ? AND model = ? AND expires_at > ?',
  ),
  consume: prepare('UPDATE artefacts SET consumed_at = ? WHERE key = ? AND consumed_at IS NULL AND expires_at > ?'),
  destroy: prepare('DELETE FROM artefacts WHERE key = ?'),
  revoke: prepare('DELETE FROM artefacts WHERE grant_key = ?'),
  // Of nobody's from then on: what ends an account or a service leaves it.
  endGrant: prepare(
    `INSERT INTO artefacts (key, model, payload, ended, untold, expires_at) VALUES (?, 'Grant', '', 1, 0, ?)
      ON CONFLICT (key) DO UPDATE SET payload = '', account_id = NULL, service_id = NULL, ended = 1,
        expires_at = CASE ended WHEN 1 THEN max(expires_at, excluded.expires_at) ELSE excluded.expires_at END`,
  ),
  revokeModel: prepare('DELETE FROM artefacts WHERE grant_key = ? AND model = ?'),
  unique: prepare(
    `INSERT INTO replays (key, expires_at) VALUES (?, ?)
      ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE expires_at <= ?`,
  ),
  endGrantsOfAccount: prepare(`${endGrants} WHERE account_id = ? AND model = 'Grant'`),
  endAccount: prepare("DELETE FROM artefacts WHERE account_id = ? AND model <> 'Session'"),
  endGrantsOfBoth: prepare(`${endGrants} WHERE account_id = ? AND service_id = ? AND model = 'Grant'`),
  endServiceOfAccount: prepare('DELETE FROM artefacts WHERE account_id = ? AND service_id = ?'),
  lastRow: prepare<{ last: number | null }>('SELECT max(rowid) AS last FROM artefacts'),
  endGrantsWithin: prepare(`${endGrants} WHERE rowid BETWEEN ? AND ? AND service_id = ? AND model = 'Grant'`),
  endServiceWithin: prepare('DELETE FROM artefacts WHERE rowid BETWEEN ? AND ? AND service_id = ?'),
})

/** Rows looked at in one statement where there is no index: ending a service is rare, and must not hold the loop. */
const stride = 5_000
const mostListed = 100
const everySession = -1

export const makeArtefactStore = (needs: ArtefactNeeds): ArtefactStore => {
  const { connection } = needs
  const sql = prepare(connection)
  const rows = makeArtefactRows(needs)
  const sessions = makeSessions(needs, rows)
  const { keyOf, now, found } = rows

  return {
    upsert: (model, id, artefact, expiresAt) =>
      model === 'Session'
        ? connection.write(() => sessions.save(id, artefact, expiresAt))
        : connection.run(() => rows.write(model, keyOf(model, id), artefact, expiresAt, 0)),

    find: (model, id) => connection.run(() => found(sql.find.get(keyOf(model, id), now()))),

    findByUid: (model, uid) =>
      connection.run(() =>
        model === 'Session' ? sessions.findByUid(uid) : found(sql.byUid.get(keyOf('uid', uid), model, now())),
      ),

    findByUserCode: (model, userCode) =>
      connection.run(() => found(sql.byUserCode.get(keyOf('userCode', userCode), model, now()))),

    consume: (model, id, at) =>
      connection.run(() => {
        const key = keyOf(model, id)
        if (sql.consume.run(at.getTime(), key, now()).changes) return 'consumed'
        return sql.find.get(key, now()) ? 'lost' : 'gone'
      }),

    async destroy(model, id) {
      await connection.run(() => {
        if (model === 'Session') return sessions.end(id)
        sql.destroy.run(keyOf(model, id))
      })
    },

    async rememberSessionEnd(uid, until) {
      await connection.run(() => sessions.rememberEnd(uid, until))
    },

    isSessionEnded: uid => connection.run(() => sessions.isOver(uid)),

    revokeByGrant: (grantId, until) =>
      connection.write(() => {
        const key = keyOf('Grant', grantId)
        sql.endGrant.run(key, until.getTime())
        sql.revoke.run(key)
      }),

    async revokeModelByGrant(grantId, model) {
      await connection.run(() => sql.revokeModel.run(keyOf('Grant', grantId), model))
    },

    unique: (id, expiresAt) =>
      connection.run(() => sql.unique.run(keyOf('replay', id), expiresAt.getTime(), now()).changes !== 0),

    sessions: accountId => connection.run(() => sessions.list(accountId, mostListed)),

    endAccount: accountId =>
      connection.write(() => {
        const ended = sessions.list(accountId, everySession)
        sessions.endAll(accountId)
        sql.endGrantsOfAccount.run(accountId)
        sql.endAccount.run(accountId)
        return ended
      }),

    async endService(serviceId, accountId) {
      if (accountId !== undefined) {
        await connection.write(() => {
          sql.endGrantsOfBoth.run(accountId, serviceId)
          sql.endServiceOfAccount.run(accountId, serviceId)
        })
        return
      }
      const last = (await connection.run(() => sql.lastRow.get()))?.last ?? 0
      for (let from = 0; from <= last; from += stride) {
        await connection.write(() => {
          sql.endGrantsWithin.run(from, from + stride - 1, serviceId)
          sql.endServiceWithin.run(from, from + stride - 1, serviceId)
        })
        await othersRun()
      }
    },

    leaseExpiredSessions: (at, until, limit) => connection.write(() => sessions.leaseExpired(at, until, limit)),

    async forgetExpiredSession(uid, at) {
      await connection.run(() => sessions.forgetExpired(uid, at))
    },
  }
}
