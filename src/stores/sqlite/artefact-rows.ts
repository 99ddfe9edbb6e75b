import type { Vault } from '../../protection/vault.ts'
import type { Artefact, FoundArtefact } from '../contracts.ts'
import type { Connection } from './connection.ts'

export type Payload = Artefact['payload']
export type ArtefactRow = {
  readonly key: string
  readonly payload: string
  readonly account_id: string | null
  readonly consumed_at: number | null
  readonly expires_at: number
}
export type ArtefactNeeds = { readonly connection: Connection; readonly vault: Vault; readonly clock: () => Date }

/** How artefacts lie in their rows: names hashed, payloads sealed to their own row. Shared by artefacts.ts and sessions.ts. */
export type ArtefactRows = {
  keyOf(model: string, id: string): string
  seal(key: string, payload: Payload): string
  open(row: ArtefactRow): Payload | undefined
  found(row: ArtefactRow | undefined): FoundArtefact | undefined
  /** `untold`: how many services must be told when it expires. */
  write(model: string, key: string, artefact: Artefact, expiresAt: Date, untold: number): 'saved' | 'ended'
  now(): number
}

// A consumed record stays consumed, whatever is saved over it. Neither an ended Grant nor anything of it is saved.
const upsert = `
  INSERT INTO artefacts (key, model, payload, account_id, service_id, grant_key, uid_key, user_code_key, untold, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS
    (SELECT 1 FROM artefacts WHERE key IN (?1, ?6) AND model = 'Grant' AND ended = 1 AND expires_at > ?11)
  ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, account_id = excluded.account_id,
    service_id = excluded.service_id, grant_key = excluded.grant_key, uid_key = excluded.uid_key,
    user_code_key = excluded.user_code_key, ended = 0, untold = excluded.untold, expires_at = excluded.expires_at`

const keysRemembered = 512

export const makeArtefactRows = ({ connection, vault, clock }: ArtefactNeeds): ArtefactRows => {
  const sql = { upsert: connection.prepare(upsert) }
  const now = (): number => clock().getTime()
  // one request names the same token and grant several times, and hashing costs more than the rest of a key
  const keys = new Map<string, string>()
  const keyOf = (model: string, id: string): string => {
    const name = `${model}\0${id}`
    const known = keys.get(name)
    if (known) return known
    if (keys.size >= keysRemembered) keys.clear()
    const key = vault.hashId(model, id)
    keys.set(name, key)
    return key
  }
  const maybeKey = (model: string, id: string | undefined): string | null =>
    id === undefined ? null : keyOf(model, id)
  const seal = (key: string, payload: Payload): string => vault.seal(`artefact:${key}`, payload)

  const open = (row: ArtefactRow): Payload | undefined => {
    const opened = vault.open(`artefact:${row.key}`, row.payload)
    return typeof opened === 'object' && opened !== null ? (opened as Payload) : undefined
  }

  return {
    keyOf,
    seal,
    open,
    now,

    found(row) {
      const payload = row && open(row)
      return payload && { payload, consumedAt: row.consumed_at === null ? undefined : new Date(row.consumed_at) }
    },

    write(model, key, artefact, expiresAt, untold) {
      const { changes } = sql.upsert.run(
        key,
        model,
        seal(key, artefact.payload),
        artefact.accountId ?? null,
        artefact.serviceId ?? null,
        maybeKey('Grant', artefact.grantId),
        maybeKey('uid', artefact.uid),
        maybeKey('userCode', artefact.userCode),
        untold,
        expiresAt.getTime(),
        now(),
      )
      return changes === 0 ? 'ended' : 'saved'
    },
  }
}
