/** The embedded store, in a folder of its own. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openContracts } from './contracts.ts'
import type { ProvedStore } from './proved.ts'

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

export const openEmbedded = async (): Promise<ProvedStore> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-prove-'))
  const settings = { GUICHET_DATA_DIR: dataDir }
  const names = async (): Promise<readonly string[]> =>
    (await readdir(dataDir)).filter(name => name.startsWith('guichet.sqlite'))
  return {
    kind: 'embedded',
    settings,
    open: more => openContracts({ ...settings, ...more }),
    dump: async () => [
      ...(await Promise.all((await names()).map(async name => ({ name, bytes: await readFile(join(dataDir, name)) })))),
      { name: 'every value', bytes: everyValue(join(dataDir, 'guichet.sqlite')) },
    ],
    away: async act => {
      const database = new DatabaseSync(join(dataDir, 'guichet.sqlite'))
      try {
        database.exec('PRAGMA busy_timeout = 5000; BEGIN EXCLUSIVE')
        return await act()
      } finally {
        database.close()
      }
    },
    size: async () => {
      const sizes = await Promise.all((await names()).map(async name => (await stat(join(dataDir, name))).size))
      return sizes.reduce((sum, size) => sum + size, 0)
    },
    durable: async () => digests(join(dataDir, 'guichet.sqlite')),
    erase: () => rm(dataDir, { recursive: true, force: true }),
  }
}
