/** The store as a parameter: what a proof needs to know of the one that it runs on. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Configuration, requireConfiguration } from '../../../src/config/start.ts'
import { type Foundations, openFoundations } from '../../../src/foundations.ts'

export const storeKinds = ['embedded'] as const
export type StoreKind = (typeof storeKinds)[number]

export type Lying = { readonly name: string; readonly bytes: Buffer }

export type ProvedStore = {
  readonly kind: StoreKind
  /** GUICHET_* settings that make a server run on it. */
  readonly settings: { readonly [name: string]: string }
  /** Its contracts, opened beside the servers, with the keys that they use. */
  open(more?: { readonly [name: string]: string }): Promise<Foundations & { readonly configuration: Configuration }>
  /** All that it has written, as it lies, keys apart, and once more by values, which may lie across two of its pages. */
  dump(): Promise<readonly Lying[]>
  /** While this is done, nobody else can use it. */
  away<Done>(act: () => Promise<Done>): Promise<Done>
  /** Bytes that it takes. */
  size(): Promise<number>
  /** What lasts, by kind: how many there are, and a digest of them all, whose least change shows. */
  durable(): Promise<{ readonly [kind: string]: string }>
  /** Erases it. */
  erase(): Promise<void>
}

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

const openEmbedded = async (): Promise<ProvedStore> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-prove-'))
  const settings = { GUICHET_DATA_DIR: dataDir }
  const names = async (): Promise<readonly string[]> =>
    (await readdir(dataDir)).filter(name => name.startsWith('guichet.sqlite'))
  return {
    kind: 'embedded',
    settings,
    async open(more = {}) {
      const configuration = await requireConfiguration({ ...settings, ...more })
      return { ...(await openFoundations(configuration, () => new Date())), configuration }
    },
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

const openers: { readonly [kind in StoreKind]: () => Promise<ProvedStore> } = { embedded: openEmbedded }

/** A new store of its own, empty. */
export const openStore = (kind: StoreKind): Promise<ProvedStore> => openers[kind]()
