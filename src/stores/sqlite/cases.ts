import type { CaseRecord, CaseStore } from '../contracts-cases.ts'
import type { Connection } from './connection.ts'
import type { WriteEffects } from './effects.ts'

export type CaseRow = {
  readonly id: string
  readonly version: number
  readonly record: string
  readonly is_open: number
  readonly opened_at: number
  readonly next_at: number | null
  readonly closed_at: number | null
}

const MOST_LISTED = 500

const prepare = ({ prepare }: Connection) => ({
  add: prepare(
    `INSERT INTO cases (id, version, record, is_open, opened_at, next_at, closed_at)
      VALUES (:id, :version, :record, :is_open, :opened_at, :next_at, :closed_at) ON CONFLICT (id) DO NOTHING`,
  ),
  find: prepare<CaseRow>('SELECT * FROM cases WHERE id = ?'),
  listOpen: prepare<CaseRow>(
    `SELECT * FROM cases WHERE is_open = 1 AND opened_at >= 0 ORDER BY opened_at LIMIT ${MOST_LISTED}`,
  ),
  due: prepare<CaseRow>('SELECT * FROM cases WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT ?'),
  purge: prepare(
    `DELETE FROM cases WHERE id IN
      (SELECT id FROM cases WHERE closed_at < ? AND next_at IS NULL ORDER BY closed_at LIMIT ?)`,
  ),
  change: prepare(
    `UPDATE cases SET version = :version, record = :record, is_open = :is_open, next_at = :next_at,
      closed_at = :closed_at
      WHERE id = :id AND version = :version - 1`,
  ),
})

type Written<T> = T extends Date ? string : T extends object ? { readonly [K in keyof T]: Written<T[K]> } : T

export const rowOf = ({ id, version, ...record }: CaseRecord): CaseRow => ({
  id,
  version,
  record: JSON.stringify(record),
  is_open: record.status === 'closed' ? 0 : 1,
  opened_at: record.openedAt.getTime(),
  next_at: record.nextAt?.getTime() ?? null,
  closed_at: record.closed?.at.getTime() ?? null,
})

export const caseOf = ({ id, version, record }: CaseRow): CaseRecord => {
  const { openedAt, dueBy, decision, closed, nextAt, ...written }: Written<Omit<CaseRecord, 'id' | 'version'>> =
    JSON.parse(record)
  return {
    ...written,
    id,
    version,
    openedAt: new Date(openedAt),
    dueBy: new Date(dueBy),
    ...(decision && {
      decision: { ...decision, at: new Date(decision.at), effectiveAt: new Date(decision.effectiveAt) },
    }),
    ...(closed && { closed: { ...closed, at: new Date(closed.at) } }),
    ...(nextAt !== undefined && { nextAt: new Date(nextAt) }),
  }
}

export const makeCaseStore = (connection: Connection, writeEffects: WriteEffects): CaseStore => {
  const sql = prepare(connection)
  return {
    add: (opened, effects) =>
      connection.write(() => {
        if (!sql.add.run(rowOf(opened)).changes) return 'exists'
        writeEffects(effects)
        return 'added'
      }),

    find: id =>
      connection.run(() => {
        const row = sql.find.get(id)
        return row && caseOf(row)
      }),

    listOpen: () => connection.run(() => sql.listOpen.all().map(caseOf)),

    due: (now, limit) => connection.run(() => sql.due.all(now.getTime(), limit).map(caseOf)),

    purge: (before, limit) => connection.write(() => Number(sql.purge.run(before.getTime(), limit).changes)),

    change: (changed, expectedVersion, effects) =>
      connection.write(() => {
        const { opened_at: _openedAt, ...row } = rowOf({ ...changed, version: expectedVersion + 1 })
        if (!sql.change.run(row).changes) return sql.find.get(changed.id) ? 'conflict' : 'gone'
        writeEffects(effects)
        return 'changed'
      }),
  }
}
