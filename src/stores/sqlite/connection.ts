import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Run } from './retry.ts'

type Values = readonly SQLInputValue[] | readonly [named: { readonly [name: string]: SQLInputValue }]

/** A prepared statement whose rows are known: the SQL beside it says so. */
export type Statement<Row = never> = {
  get(...values: Values): Row | undefined
  all(...values: Values): Row[]
  run(...values: Values): { readonly changes: number | bigint }
}

/**
 * One connection. `write` is a transaction begun as a writer: it never meets a lock half-way, and its act never awaits.
 * `run` is for a single statement.
 */
export type Connection = {
  prepare<Row = never>(sql: string): Statement<Row>
  run: Run
  write<T>(act: () => T): Promise<T>
  close(): void
}

/** How long a statement may hold the event loop while another process holds the lock, in ms; the rest is waited for asynchronously. */
const busyTimeout = 5

export type Durability = 'FULL' | 'NORMAL'

export const connect = (file: string, durability: Durability, run: Run): Connection => {
  const db = new DatabaseSync(file, { timeout: busyTimeout })
  db.exec(`PRAGMA synchronous = ${durability}; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 67108864`)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')

  const transaction = <T>(act: () => T): T => {
    begin.run()
    try {
      const done = act()
      commit.run()
      return done
    } catch (error) {
      // SQLite itself rolls back on a full disk and the like.
      if (db.isTransaction) rollback.run()
      throw error
    }
  }

  return {
    // Rows are typed by whoever wrote the SQL: node:sqlite cannot know them.
    prepare: <Row = never>(sql: string) => db.prepare(sql) as unknown as Statement<Row>,
    run,
    write: act => run(() => transaction(act)),
    close: () => db.close(),
  }
}
