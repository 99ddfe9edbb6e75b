import { setImmediate as othersRun } from 'node:timers/promises'
import { type AuditChain, chainStart, eventText, signCheckpoint } from '../../audit/chain.ts'
import type { AuditEvent } from '../../audit/events.ts'
import type { AuditCheckpoint, AuditEntry, AuditStore } from '../contracts.ts'
import type { Connection } from './connection.ts'

export type SegmentRow = {
  segment: string
  day: string
  count: number
  chain: string
  closed_at: number | null
  signature: string | null
  purged: number
}
export type EntryRow = { segment: string; sequence: number; at: number; text: string; chain: string }

const prepare = ({ prepare }: Connection) => ({
  head: prepare<SegmentRow>('SELECT * FROM audit_segments WHERE segment = ?'),
  begin: prepare('INSERT INTO audit_segments (segment, day, count, chain) VALUES (?, ?, 0, ?)'),
  advance: prepare('UPDATE audit_segments SET count = ?, chain = ? WHERE segment = ?'),
  add: prepare('INSERT INTO audit_entries (segment, sequence, at, text, chain) VALUES (?, ?, ?, ?, ?)'),
  segments: prepare<SegmentRow>('SELECT * FROM audit_segments ORDER BY day, segment'),
  read: prepare<EntryRow>('SELECT * FROM audit_entries WHERE segment = ? AND sequence >= ? ORDER BY sequence LIMIT ?'),
  open: prepare<SegmentRow>('SELECT * FROM audit_segments WHERE closed_at IS NULL'),
  close: prepare('UPDATE audit_segments SET closed_at = ?, signature = ? WHERE segment = ?'),
  markPurged: prepare('UPDATE audit_segments SET purged = 1 WHERE closed_at IS NOT NULL AND day < ? AND purged = 0'),
  erasing: prepare<{ segment: string }>('SELECT segment FROM audit_segments WHERE purged = 1'),
  erase: prepare(
    `DELETE FROM audit_entries WHERE segment = ?1
      AND sequence IN (SELECT sequence FROM audit_entries WHERE segment = ?1 ORDER BY sequence LIMIT 500)`,
  ),
  markErased: prepare('UPDATE audit_segments SET purged = 2 WHERE segment = ?'),
})

export const entryOf = (row: EntryRow): AuditEntry => ({ ...row, at: new Date(row.at) })

/** Writes events within the transaction that runs. */
export type AuditWriter = { write(events: readonly AuditEvent[]): void }

type AuditNeeds = {
  readonly connection: Connection
  readonly chain: AuditChain
  /** Random: no two processes write to one segment. */
  readonly process: string
  readonly clock: () => Date
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

export const checkpointOf = (row: SegmentRow): AuditCheckpoint | undefined =>
  row.closed_at === null || row.signature === null
    ? undefined
    : {
        segment: row.segment,
        count: row.count,
        chain: row.chain,
        closedAt: new Date(row.closed_at),
        signature: row.signature,
      }

export const makeAuditStore = ({ connection, chain, process, clock }: AuditNeeds): AuditStore & AuditWriter => {
  const sql = prepare(connection)
  let opened = { day: '', nth: 1 }

  const nameOf = ({ day, nth }: typeof opened): string => `${day}-${process}${nth === 1 ? '' : `.${nth}`}`

  /** The segment to write to; another one of the same day when a process whose clock is ahead has closed it. */
  const currentHead = (): SegmentRow => {
    const day = dayOf(clock())
    if (opened.day !== day) opened = { day, nth: 1 }
    for (;;) {
      const segment = nameOf(opened)
      const head = sql.head.get(segment)
      if (head && head.closed_at === null) return head
      if (head) opened = { day, nth: opened.nth + 1 }
      if (!head) sql.begin.run(segment, day, chainStart(segment))
    }
  }

  const write = (events: readonly AuditEvent[]): void => {
    const head = currentHead()
    let { count, chain: last } = head
    for (const event of events) {
      const text = eventText(event)
      last = chain(last, text)
      count += 1
      sql.add.run(head.segment, count, event.at.getTime(), text, last)
    }
    sql.advance.run(count, last, head.segment)
  }

  const closeSegment = (row: SegmentRow, now: Date): void => {
    const checkpoint = { segment: row.segment, count: row.count, chain: row.chain, closedAt: now }
    sql.close.run(now.getTime(), signCheckpoint(chain, checkpoint), row.segment)
  }

  const isOwn = (row: SegmentRow): boolean => row.segment.startsWith(`${row.day}-${process}`)

  return {
    write,

    async append(events) {
      if (events.length > 0) await connection.write(() => write(events))
    },

    segments: () =>
      connection.run(() =>
        sql.segments.all().map(row => ({
          segment: row.segment,
          count: row.purged ? 0 : row.count,
          checkpoint: checkpointOf(row),
        })),
      ),

    read: (segment, fromSequence, limit) =>
      connection.run(() => sql.read.all(segment, fromSequence, limit).map(entryOf)),

    close: (now, own) =>
      connection.write(() => {
        const today = dayOf(now)
        for (const row of sql.open.all()) if (row.day < today || (own && isOwn(row))) closeSegment(row, now)
      }),

    async purge(before) {
      const { changes } = await connection.run(() => sql.markPurged.run(dayOf(before)))
      // Marked first, then erased by small batches: stopped half-way, it is still a purge, and the next one ends it.
      for (const { segment } of await connection.run(() => sql.erasing.all())) {
        while ((await connection.run(() => sql.erase.run(segment).changes)) !== 0) await othersRun()
        await connection.run(() => sql.markErased.run(segment))
      }
      return Number(changes)
    },
  }
}
