import type { Consent, ConsentStore } from '../contracts.ts'
import type { Connection } from './connection.ts'
import type { WriteEffects } from './effects.ts'

export type ConsentRow = { account_id: string; service_id: string; scopes: string; claims: string; given_at: number }

const prepare = ({ prepare }: Connection) => ({
  find: prepare<ConsentRow>('SELECT * FROM consents WHERE account_id = ? AND service_id = ?'),
  list: prepare<ConsentRow>('SELECT * FROM consents WHERE account_id = ? ORDER BY service_id'),
  give: prepare(
    `INSERT INTO consents (account_id, service_id, scopes, claims, given_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (account_id, service_id)
      DO UPDATE SET scopes = excluded.scopes, claims = excluded.claims, given_at = excluded.given_at`,
  ),
  withdraw: prepare('DELETE FROM consents WHERE account_id = ? AND service_id = ?'),
})

export const consentOf = (row: ConsentRow): Consent => ({
  accountId: row.account_id,
  serviceId: row.service_id,
  scopes: JSON.parse(row.scopes),
  claims: JSON.parse(row.claims),
  givenAt: new Date(row.given_at),
})

const union = (a: readonly string[] | undefined, b: readonly string[]): string =>
  JSON.stringify([...new Set([...(a ?? []), ...b])].sort())

export const makeConsentStore = (connection: Connection, writeEffects: WriteEffects): ConsentStore => {
  const sql = prepare(connection)

  const find = (accountId: string, serviceId: string): Consent | undefined => {
    const row = sql.find.get(accountId, serviceId)
    return row && consentOf(row)
  }

  return {
    find: (accountId, serviceId) => connection.run(() => find(accountId, serviceId)),

    give: (consent, effects) =>
      connection.write(() => {
        const standing = find(consent.accountId, consent.serviceId)
        const scopes = union(standing?.scopes, consent.scopes)
        const claims = union(standing?.claims, consent.claims)
        sql.give.run(consent.accountId, consent.serviceId, scopes, claims, consent.givenAt.getTime())
        writeEffects(effects)
      }),

    withdraw: (accountId, serviceId, effects) =>
      connection.write(() => {
        if (!sql.withdraw.run(accountId, serviceId).changes) return 'none'
        writeEffects(effects)
        return 'withdrawn'
      }),

    list: accountId => connection.run(() => sql.list.all(accountId).map(consentOf)),

    import: consents =>
      connection.write(() => {
        for (const { accountId, serviceId, scopes, claims, givenAt } of consents)
          sql.give.run(accountId, serviceId, JSON.stringify(scopes), JSON.stringify(claims), givenAt.getTime())
      }),
  }
}
