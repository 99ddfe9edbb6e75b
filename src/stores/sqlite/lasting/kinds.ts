/** Every kind that lasts, table by table. Holders and claims are made anew from the accounts. */
import type { AccountRecord, AccountStore, AuditEntry, Consent, Job, ServiceRecord } from '../../contracts.ts'
import type { CaseRecord } from '../../contracts-cases.ts'
import type { LastingKinds, LastingSegment } from '../../contracts-lasting.ts'
import { type AccountRow, accountOf } from '../account-rows.ts'
import { checkpointOf, type EntryRow, entryOf, type SegmentRow } from '../audit.ts'
import { type CaseRow, caseOf, rowOf as caseRow } from '../cases.ts'
import type { Connection } from '../connection.ts'
import { type ConsentRow, consentOf } from '../consents.ts'
import { type JobRow, jobOf } from '../jobs.ts'
import { recordOf, type ServiceRow, textOf } from '../services.ts'
import { makeKind } from './kind.ts'

const prepare = ({ prepare }: Connection) => ({
  addConsent: prepare(
    `INSERT INTO consents (account_id, service_id, scopes, claims, given_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`,
  ),
  addCase: prepare(
    `INSERT INTO cases (id, version, record, is_open, opened_at, next_at, closed_at)
      VALUES (:id, :version, :record, :is_open, :opened_at, :next_at, :closed_at) ON CONFLICT DO NOTHING`,
  ),
  addService: prepare('INSERT INTO services (id, version, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
  addJob: prepare(
    `INSERT INTO jobs (id, queue, kind, sealed, due_at, expires_at, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`,
  ),
  addEntry: prepare(
    'INSERT INTO audit_entries (segment, sequence, at, text, chain) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  ),
  addSegment: prepare(
    `INSERT INTO audit_segments (segment, day, count, chain, closed_at, signature, purged) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`,
  ),
})

const ERASED = 2
/** A segment's name begins with its day. */
const DAY_LENGTH = 10

const segmentOf = (row: SegmentRow): LastingSegment => {
  const checkpoint = checkpointOf(row)
  const { segment, count, chain, purged } = row
  return { segment, count, chain, erased: purged !== 0, ...(checkpoint && { checkpoint }) }
}

export const makeLastingKinds = (
  connection: Connection,
  { import: importAccounts }: Pick<AccountStore, 'import'>,
): LastingKinds => {
  const sql = prepare(connection)
  const inOneWrite =
    <Item>(put: (item: Item) => unknown) =>
    (items: readonly Item[]): Promise<void> =>
      connection.write(() => {
        for (const item of items) put(item)
      })

  return {
    accounts: makeKind<AccountRow, AccountRecord>({
      connection,
      table: 'accounts',
      key: ['id'],
      keyOf: ({ id }) => [id],
      itemOf: accountOf,
      put: importAccounts,
    }),

    consents: makeKind<ConsentRow, Consent>({
      connection,
      table: 'consents',
      key: ['account_id', 'service_id'],
      keyOf: ({ accountId, serviceId }) => [accountId, serviceId],
      itemOf: consentOf,
      put: inOneWrite(({ accountId, serviceId, scopes, claims, givenAt }) =>
        sql.addConsent.run(accountId, serviceId, JSON.stringify(scopes), JSON.stringify(claims), givenAt.getTime()),
      ),
    }),

    cases: makeKind<CaseRow, CaseRecord>({
      connection,
      table: 'cases',
      key: ['id'],
      keyOf: ({ id }) => [id],
      itemOf: caseOf,
      put: inOneWrite(one => sql.addCase.run(caseRow(one))),
    }),

    services: makeKind<ServiceRow, ServiceRecord>({
      connection,
      table: 'services',
      key: ['id'],
      keyOf: ({ id }) => [id],
      itemOf: recordOf,
      put: inOneWrite(service => sql.addService.run(service.id, service.version, textOf(service))),
    }),

    jobs: makeKind<JobRow, Job>({
      connection,
      table: 'jobs',
      key: ['id'],
      keyOf: ({ id }) => [id],
      itemOf: jobOf,
      put: inOneWrite(({ id, queue, kind, sealed, dueAt, expiresAt, attempts }) =>
        sql.addJob.run(id, queue, kind, sealed, dueAt.getTime(), expiresAt.getTime(), attempts),
      ),
    }),

    entries: makeKind<EntryRow, AuditEntry>({
      connection,
      table: 'audit_entries',
      key: ['segment', 'sequence'],
      keyOf: ({ segment, sequence }) => [segment, sequence],
      itemOf: entryOf,
      put: inOneWrite(({ segment, sequence, at, text, chain }) =>
        sql.addEntry.run(segment, sequence, at.getTime(), text, chain),
      ),
    }),

    segments: makeKind<SegmentRow, LastingSegment>({
      connection,
      table: 'audit_segments',
      key: ['segment'],
      keyOf: ({ segment }) => [segment],
      itemOf: segmentOf,
      put: inOneWrite(({ segment, count, chain, checkpoint, erased }) =>
        sql.addSegment.run(
          segment,
          segment.slice(0, DAY_LENGTH),
          count,
          chain,
          checkpoint?.closedAt.getTime() ?? null,
          checkpoint?.signature ?? null,
          erased ? ERASED : 0,
        ),
      ),
    }),
  }
}
