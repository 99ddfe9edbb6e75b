/** The least SQLite adapter that oidc-provider may run on: as durable as Guichet's, one-time where it must be, and clear text. */
import { DatabaseSync } from 'node:sqlite'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'

const SCHEMA = `
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;
CREATE TABLE IF NOT EXISTS artefacts (
  key TEXT NOT NULL UNIQUE, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, consumed_at INTEGER, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS artefacts_grant ON artefacts (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS artefacts_uid ON artefacts (uid) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS artefacts_expiry ON artefacts (expires_at);
`

type Row = { readonly payload: string; readonly consumed_at: number | null }

const now = (): number => Math.floor(Date.now() / 1000)

export const makeBareStore = (file: string): ((model: string) => Adapter) => {
  const db = new DatabaseSync(file)
  db.exec(SCHEMA)
  const upsert = db.prepare(
    `INSERT INTO artefacts (key, payload, grant_id, uid, expires_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
  )
  const find = db.prepare('SELECT payload, consumed_at FROM artefacts WHERE key = ? AND expires_at > ?')
  const byUid = db.prepare('SELECT payload, consumed_at FROM artefacts WHERE uid = ? AND expires_at > ?')
  const consume = db.prepare('UPDATE artefacts SET consumed_at = ? WHERE key = ? AND consumed_at IS NULL')
  const destroy = db.prepare('DELETE FROM artefacts WHERE key = ?')
  const revoke = db.prepare('DELETE FROM artefacts WHERE grant_id = ?')

  const payloadOf = (row: unknown): AdapterPayload | undefined => {
    if (!row) return undefined
    const { payload, consumed_at } = row as Row
    return { ...JSON.parse(payload), ...(consumed_at === null ? {} : { consumed: consumed_at }) }
  }

  return model => {
    const keyOf = (id: string): string => `${model}:${id}`
    return {
      upsert: async (id, payload, expiresIn) => {
        const uid = model === 'Session' ? (payload.uid ?? null) : null
        upsert.run(keyOf(id), JSON.stringify(payload), payload.grantId ?? null, uid, now() + (expiresIn ?? 3600) + 15)
      },
      find: async id => payloadOf(find.get(keyOf(id), now())),
      findByUid: async uid => payloadOf(byUid.get(uid, now())),
      findByUserCode: async () => undefined,
      consume: async id => {
        if (!consume.run(now(), keyOf(id)).changes) throw new errors.InvalidGrant('already used')
      },
      destroy: async id => void destroy.run(keyOf(id)),
      revokeByGrantId: async grantId => void revoke.run(grantId),
    }
  }
}
