/** The embedded store, in a folder of its own. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openContracts } from './contracts.ts'
import { preparedWhile, walksOf } from './embedded-plans.ts'
import type { ProvedStore, StoreOptions, Taken } from './proved.ts'

const LASTING = ['accounts', 'holders', 'claims', 'consents', 'services', 'jobs', 'audit_entries']

const digests = (file: string): { readonly [kind: string]: string } => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return Object.fromEntries(
      LASTING.map(table => {
        const digest = createHash('sha256')
        let count = 0
        for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).iterate()) {
          digest.update(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
          count += 1
        }
        return [table, `${count} ${digest.digest('base64url')}`]
      }),
    )
  } finally {
    db.close()
  }
}

const everyValue = (file: string): Buffer => {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    const values = tables
      .flatMap(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all())
      .flatMap(Object.values)
    const written = values.map(value => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))))
    return Buffer.concat(written.flatMap(value => [value, Buffer.from('\n')]))
  } finally {
    database.close()
  }
}

const takenBy = (file: string): Taken['of'] => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = db
      .prepare(
        `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
          GROUP BY s.tbl_name ORDER BY bytes DESC`,
      )
      .all()
    return tables.map(({ name, bytes }) => ({ name: String(name), bytes: Number(bytes) }))
  } finally {
    db.close()
  }
}

export const openEmbedded = async ({ keptIn }: StoreOptions): Promise<ProvedStore> => {
  const dataDir = keptIn ?? (await mkdtemp(join(tmpdir(), 'guichet-prove-')))
  const settings = { GUICHET_DATA_DIR: dataDir }
  const file = join(dataDir, 'guichet.sqlite')
  let statements: readonly string[] = []
  const names = async (): Promise<readonly string[]> =>
    (await readdir(dataDir)).filter(name => name.startsWith('guichet.sqlite'))
  return {
    kind: 'embedded',
    settings,
    open: async more => {
      const { opened, statements: prepared } = await preparedWhile(() => openContracts({ ...settings, ...more }))
      statements = prepared
      return opened
    },
    dump: async () => [
      ...(await Promise.all((await names()).map(async name => ({ name, bytes: await readFile(join(dataDir, name)) })))),
      { name: 'every value', bytes: everyValue(file) },
    ],
    away: async act => {
      const database = new DatabaseSync(file)
      try {
        database.exec('PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE')
        return await act()
      } finally {
        database.close()
      }
    },
    durable: async () => digests(file),
    taken: async () => {
      const log = await stat(`${file}-wal`).catch(() => ({ size: 0 }))
      return { bytes: (await stat(file)).size, of: takenBy(file), logBytes: log.size }
    },
    walks: async () => {
      const db = new DatabaseSync(file, { readOnly: true })
      try {
        return { asked: statements.length, found: walksOf(db, statements) }
      } finally {
        db.close()
      }
    },
    erase: async () => {
      if (!keptIn) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
