import type { Vault } from '../../protection/vault.ts'
import type { Artefact, ArtefactStore, FoundArtefact, SessionFound } from '../contracts.ts'
import type { Connection } from './connection.ts'
import { authorizationsOf, mergeAuthorizations } from './session-merge.ts'

type ArtefactRow = {
  rowid: number
  key: string
  payload: string
  account_id: string | null
  consumed_at: number | null
}
type Payload = Artefact['payload']

const prepare = ({ prepare }: Connection) => ({
  // A consumed record stays consumed, whatever is saved over it.
  upsert: prepare(
    `INSERT INTO artefacts (key, model, payload, account_id, service_id, grant_key, uid_key, user_code_key, untold, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, account_id = excluded.account_id,
        service_id = excluded.service_id, grant_key = excluded.grant_key, uid_key = excluded.uid_key,
        user_code_key = excluded.user_code_key, untold = excluded.untold, expires_at = excluded.expires_at,
        consumed_at = iif(artefacts.expires_at <= ?, NULL, artefacts.consumed_at)`,
  ),
  find: prepare<ArtefactRow>('SELECT key, payload, consumed_at FROM artefacts WHERE key = ? AND expires_at > ?'),
  // Newest first.
  byUid: prepare<ArtefactRow>(
    `SELECT key, payload, account_id, consumed_at FROM artefacts
      WHERE uid_key = ? AND model = ? AND expires_at > ? ORDER BY rowid DESC LIMIT 8`,
  ),
  byUserCode: prepare<ArtefactRow>(
    'SELECT key, payload, consumed_at FROM artefacts WHERE user_code_key = ? AND model = ? AND expires_at > ?',
  ),
  consume: prepare('UPDATE artefacts SET consumed_at = ? WHERE key = ? AND consumed_at IS NULL AND expires_at > ?'),
  destroy: prepare('DELETE FROM artefacts WHERE key = ?'),
  revoke: prepare('DELETE FROM artefacts WHERE grant_key = ?'),
  revokeModel: prepare('DELETE FROM artefacts WHERE grant_key = ? AND model = ?'),
  unique: prepare(
    `INSERT INTO replays (key, expires_at) VALUES (?, ?)
      ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE expires_at <= ?`,
  ),
  sessions: prepare<ArtefactRow>(
    `SELECT key, payload FROM artefacts
      WHERE account_id = ? AND model = 'Session' AND expires_at > ? ORDER BY rowid DESC LIMIT 100`,
  ),
  endAccount: prepare('DELETE FROM artefacts WHERE account_id = ?'),
  endServiceOfAccount: prepare('DELETE FROM artefacts WHERE account_id = ? AND service_id = ?'),
  lastRow: prepare<{ last: number | null }>('SELECT max(rowid) AS last FROM artefacts'),
  endServiceWithin: prepare('DELETE FROM artefacts WHERE rowid BETWEEN ? AND ? AND service_id = ?'),
  takeExpired: prepare<ArtefactRow>(
    `DELETE FROM artefacts WHERE rowid IN
      (SELECT rowid FROM artefacts WHERE untold > 0 AND expires_at <= ? ORDER BY expires_at LIMIT ?)
      RETURNING key, payload`,
  ),
})

/** Rows looked at in one statement where there is no index: ending a service is rare, and must not hold the loop. */
const stride = 5_000

type ArtefactNeeds = { readonly connection: Connection; readonly vault: Vault; readonly clock: () => Date }

export const makeArtefactStore = ({ connection, vault, clock }: ArtefactNeeds): ArtefactStore => {
  const sql = prepare(connection)
  const now = (): number => clock().getTime()
  const keyOf = (model: string, id: string): string => vault.hashId(model, id)
  const maybeKey = (model: string, id: string | undefined): string | null =>
    id === undefined ? null : keyOf(model, id)
  const seal = (key: string, payload: Payload): string => vault.seal(`artefact:${key}`, payload)

  const open = (row: ArtefactRow): Payload | undefined => {
    const opened = vault.open(`artefact:${row.key}`, row.payload)
    return typeof opened === 'object' && opened !== null ? { ...opened } : undefined
  }

  const foundOf = (row: ArtefactRow | undefined): FoundArtefact | undefined => {
    const payload = row && open(row)
    return payload && { payload, consumedAt: row.consumed_at === null ? undefined : new Date(row.consumed_at) }
  }

  const sessionsOf = (rows: readonly ArtefactRow[]): readonly SessionFound[] =>
    rows.flatMap(row => {
      const payload = open(row)
      return payload && typeof payload.uid === 'string' ? [{ uid: payload.uid, payload }] : []
    })

  const write = (model: string, key: string, artefact: Artefact, payload: Payload, expiresAt: Date): void => {
    const untold = model === 'Session' ? Object.keys(authorizationsOf(payload)).length : 0
    sql.upsert.run(
      key,
      model,
      seal(key, payload),
      artefact.accountId ?? null,
      artefact.serviceId ?? null,
      maybeKey('Grant', artefact.grantId),
      maybeKey('uid', artefact.uid),
      maybeKey('userCode', artefact.userCode),
      untold,
      expiresAt.getTime(),
      now(),
    )
  }

  /** A session is the union of what stands under its uid: two sign-ins at once leave two rows for a while. */
  const standing = (uid: string, accountId: string | undefined): readonly Payload[] =>
    sql.byUid
      .all(keyOf('uid', uid), 'Session', now())
      .filter(row => row.account_id === (accountId ?? null))
      .flatMap((row): Payload[] => {
        const payload = open(row)
        return payload ? [payload] : []
      })

  return {
    async upsert(model, id, artefact, expiresAt) {
      const key = keyOf(model, id)
      const { uid, accountId } = artefact
      if (model !== 'Session' || uid === undefined)
        return connection.run(() => write(model, key, artefact, artefact.payload, expiresAt))
      return connection.write(() => {
        const payload = mergeAuthorizations(artefact.payload, standing(uid, accountId))
        write(model, key, artefact, payload, expiresAt)
      })
    },

    find: (model, id) => connection.run(() => foundOf(sql.find.get(keyOf(model, id), now()))),

    findByUid: (model, uid) =>
      connection.run(() => {
        const [newest, ...others] = sql.byUid.all(keyOf('uid', uid), model, now())
        const found = foundOf(newest)
        if (!newest || !found || others.length === 0 || model !== 'Session') return found
        return { ...found, payload: mergeAuthorizations(found.payload, standing(uid, newest.account_id ?? undefined)) }
      }),

    findByUserCode: (model, userCode) =>
      connection.run(() => foundOf(sql.byUserCode.get(keyOf('userCode', userCode), model, now()))),

    consume: (model, id, at) =>
      connection.run(() => {
        const key = keyOf(model, id)
        if (sql.consume.run(at.getTime(), key, now()).changes) return 'consumed'
        return sql.find.get(key, now()) ? 'lost' : 'gone'
      }),

    async destroy(model, id) {
      await connection.run(() => sql.destroy.run(keyOf(model, id)))
    },

    async revokeByGrant(grantId, model) {
      const key = keyOf('Grant', grantId)
      if (model !== undefined) await connection.run(() => sql.revokeModel.run(key, model))
      if (model === undefined)
        await connection.write(() => {
          sql.revoke.run(key)
          sql.destroy.run(key)
        })
    },

    unique: (id, expiresAt) =>
      connection.run(() => sql.unique.run(keyOf('replay', id), expiresAt.getTime(), now()).changes !== 0),

    sessions: accountId => connection.run(() => sessionsOf(sql.sessions.all(accountId, now()))),

    endAccount: accountId =>
      connection.write(() => {
        const sessions = sessionsOf(sql.sessions.all(accountId, now()))
        sql.endAccount.run(accountId)
        return sessions
      }),

    async endService(serviceId, accountId) {
      if (accountId !== undefined) {
        await connection.run(() => sql.endServiceOfAccount.run(accountId, serviceId))
        return
      }
      const last = (await connection.run(() => sql.lastRow.get()))?.last ?? 0
      for (let from = 0; from <= last; from += stride)
        await connection.run(() => sql.endServiceWithin.run(from, from + stride - 1, serviceId))
    },

    takeExpiredSessions: (at, limit) => connection.run(() => sessionsOf(sql.takeExpired.all(at.getTime(), limit))),
  }
}
