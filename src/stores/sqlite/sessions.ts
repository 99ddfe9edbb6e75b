/**
 * Sessions are artefacts of which several rows may tell one session (one uid): two sign-ins at once each give it a new id.
 * Each row then knows all the services, and a row that was destroyed stays, ended, until it would have expired:
 * a request that began before, and saves late, never brings it back.
 */
import type { AccountId, Artefact, FoundArtefact, SessionFound } from '../contracts.ts'
import { authorizationsOf, mergeAuthorizations } from '../session-merge.ts'
import type { ArtefactNeeds, ArtefactRow, ArtefactRows, Payload } from './artefact-rows.ts'
import type { Connection } from './connection.ts'

const prepare = ({ prepare }: Connection) => ({
  isOver: prepare('SELECT 1 FROM artefacts WHERE key = ? AND expires_at > ?'),
  isEnded: prepare("SELECT 1 FROM artefacts WHERE key = ? AND model = 'Session' AND ended = 1"),
  // Newest first.
  byUid: prepare<ArtefactRow>(
    `SELECT key, payload, account_id, consumed_at, expires_at FROM artefacts
      WHERE uid_key = ? AND model = 'Session' AND expires_at > ? AND ended = 0 ORDER BY rowid DESC LIMIT 8`,
  ),
  endedByUid: prepare<ArtefactRow>(
    `SELECT key, payload, account_id, consumed_at, expires_at FROM artefacts
      WHERE uid_key = ? AND model = 'Session' AND expires_at > ? AND ended = 1 AND payload <> '' LIMIT 8`,
  ),
  rewrite: prepare('UPDATE artefacts SET payload = ?, untold = ? WHERE key = ?'),
  end: prepare("UPDATE artefacts SET ended = 1, untold = 0, payload = '' WHERE key = ?"),
  // One that has expired is ended too, and still to be told: nobody was given it.
  endAll: prepare(
    `UPDATE artefacts SET ended = 1, untold = CASE WHEN expires_at > ?2 THEN 0 ELSE untold END,
      payload = CASE WHEN expires_at > ?2 THEN '' ELSE payload END
      WHERE account_id = ?1 AND model = 'Session' AND ended = 0`,
  ),
  ofAccount: prepare<ArtefactRow>(
    `SELECT key, payload, account_id, consumed_at, expires_at FROM artefacts
      WHERE account_id = ? AND model = 'Session' AND expires_at > ? AND ended = 0 ORDER BY rowid DESC LIMIT ?`,
  ),
  leaseExpired: prepare<ArtefactRow & { uid_key: string | null }>(
    `UPDATE artefacts SET leased_until = ?1 WHERE rowid IN
      (SELECT rowid FROM artefacts WHERE untold > 0 AND expires_at <= ?2 AND leased_until <= ?2 ORDER BY expires_at LIMIT ?3)
      RETURNING key, payload, account_id, consumed_at, expires_at, uid_key`,
  ),
  // Another row of the session that nobody has leased yet may know more services.
  forgetExpired: prepare(
    `DELETE FROM artefacts
      WHERE uid_key = ? AND model = 'Session' AND untold > 0 AND leased_until > 0 AND expires_at <= ?`,
  ),
  drop: prepare('DELETE FROM artefacts WHERE key = ?'),
})

const untoldOf = (payload: Payload): number => Object.keys(authorizationsOf(payload)).length

/** Each within the transaction, or the single statement, that its caller runs. */
export type Sessions = {
  save(id: string, artefact: Artefact, expiresAt: Date): 'saved' | 'ended'
  findByUid(uid: string): FoundArtefact | undefined
  rememberEnd(uid: string, until: Date): void
  isOver(uid: string): boolean
  end(id: string): void
  list(accountId: AccountId, limit: number): readonly SessionFound[]
  endAll(accountId: AccountId): void
  leaseExpired(at: Date, until: Date, limit: number): readonly SessionFound[]
  forgetExpired(uid: string, at: Date): void
}

const ENDED = 'EndedSession'

export const makeSessions = ({ connection }: ArtefactNeeds, rows: ArtefactRows): Sessions => {
  const sql = prepare(connection)

  /** The session's rows, newest first. Another account's never mix with it. */
  const alive = (uidKey: string, accountId: string | null, at = rows.now()): readonly ArtefactRow[] =>
    sql.byUid.all(uidKey, at).filter(row => row.account_id === accountId)

  const payloads = (found: readonly ArtefactRow[]): readonly Payload[] =>
    found.map(rows.open).filter(payload => payload !== undefined)

  const addTo = (row: ArtefactRow, payload: Payload): void => {
    const merged = mergeAuthorizations(rows.open(row) ?? payload, [payload])
    sql.rewrite.run(rows.seal(row.key, merged), untoldOf(merged), row.key)
  }

  /** What a late save knows goes to the session if it lives on under another id; else it waits beside the ended row for that id. */
  const saveLate = (key: string, payload: Payload, successor: ArtefactRow | undefined): void => {
    if (successor) return addTo(successor, payload)
    sql.rewrite.run(rows.seal(key, payload), 0, key)
  }

  /** One for each uid, with what all its rows know. */
  const sessionsOf = (found: readonly ArtefactRow[]): readonly SessionFound[] => {
    const sessions = new Map<string, Payload>()
    for (const payload of payloads(found)) {
      if (typeof payload.uid !== 'string') continue
      const former = sessions.get(payload.uid)
      sessions.set(payload.uid, former ? mergeAuthorizations(former, [payload]) : payload)
    }
    return [...sessions].map(([uid, payload]) => ({ uid, payload }))
  }

  const isOver = (uid: string): boolean => sql.isOver.get(rows.keyOf(ENDED, uid), rows.now()) !== undefined

  return {
    isOver,

    rememberEnd(uid, until) {
      rows.write(ENDED, rows.keyOf(ENDED, uid), { payload: { ended: true } }, until, 0)
    },

    save(id, artefact, expiresAt) {
      const key = rows.keyOf('Session', id)
      const uidKey = rows.keyOf('uid', artefact.uid ?? '')
      const accountId = artefact.accountId ?? null
      if (artefact.replaces !== undefined) sql.end.run(rows.keyOf('Session', artefact.replaces))
      if (artefact.uid !== undefined && isOver(artefact.uid)) return 'ended'
      const standing = alive(uidKey, accountId)
      if (sql.isEnded.get(key)) {
        saveLate(key, artefact.payload, standing[0])
        return 'saved'
      }
      const late = sql.endedByUid.all(uidKey, rows.now()).filter(row => row.account_id === accountId)
      const payload = mergeAuthorizations(artefact.payload, payloads([...late, ...standing]))
      return rows.write('Session', key, { ...artefact, payload }, expiresAt, untoldOf(payload))
    },

    findByUid(uid) {
      const uidKey = rows.keyOf('uid', uid)
      const [newest, ...others] = sql.byUid.all(uidKey, rows.now())
      const found = rows.found(newest)
      if (!newest || !found) return undefined
      const same = others.filter(row => row.account_id === newest.account_id)
      return { ...found, payload: mergeAuthorizations(found.payload, payloads(same)) }
    },

    end(id) {
      sql.end.run(rows.keyOf('Session', id))
    },

    list: (accountId, limit) => sessionsOf(sql.ofAccount.all(accountId, rows.now(), limit)),

    endAll(accountId) {
      sql.endAll.run(accountId, rows.now())
    },

    leaseExpired(at, until, limit) {
      const over = sql.leaseExpired.all(until.getTime(), at.getTime(), limit).filter(row => {
        const [living] = row.uid_key === null ? [] : alive(row.uid_key, row.account_id, at.getTime())
        if (!living) return true
        // The session lives on under another id: nobody is to be told that it ended.
        const payload = rows.open(row)
        if (payload) addTo(living, payload)
        sql.drop.run(row.key)
        return false
      })
      return sessionsOf(over)
    },

    forgetExpired(uid, at) {
      sql.forgetExpired.run(rows.keyOf('uid', uid), at.getTime())
    },
  }
}
