import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { preparedWhile, walksOf } from '../../scripts/prove/world/stores/embedded-plans.ts'
import { StoreAway } from '../../src/stores/contracts.ts'
import { openSqliteStores } from '../../src/stores/sqlite/open.ts'
import { anAuditChain, aVault } from '../builders/keys.ts'
import { anId, aPendingAccount, later, noon } from '../builders/records.ts'
import { aDirectory, openSqlite } from './open-sqlite.ts'

describe('the embedded store', () => {
  let dataDir = ''
  const open = (directory = dataDir) => openSqlite(directory, () => noon)
  const refusal = async (directory = dataDir): Promise<Error> => {
    try {
      await (await open(directory)).close()
    } catch (error) {
      if (error instanceof Error) return error
      throw error
    }
    throw new Error('it opened')
  }
  const file = () => join(dataDir, 'guichet.sqlite')

  beforeEach(async () => {
    dataDir = await aDirectory()
  })
  afterEach(async () => {
    await chmod(dataDir, 0o700)
    await rm(dataDir, { recursive: true })
  })

  it('closes its directory and its files to everybody else, whatever the umask', async () => {
    const umask = process.umask(0)
    const inner = join(dataDir, 'var', 'data')
    try {
      const stores = await open(inner)
      await stores.accounts.create(aPendingAccount(), {})
      expect((await stat(inner)).mode & 0o777).toBe(0o700)
      const names = await readdir(inner)
      expect(names.sort()).toEqual(['guichet.sqlite', 'guichet.sqlite-shm', 'guichet.sqlite-wal'])
      for (const name of names) expect((await stat(join(inner, name))).mode & 0o777).toBe(0o600)
      await stores.close()
    } finally {
      process.umask(umask)
    }
  })

  it('is all there when opened again', async () => {
    const account = aPendingAccount()
    const before = await open()
    await before.accounts.create(account, {})
    await before.facts.settle('name', 'value')
    await before.close()
    const stores = await open()
    expect(await stores.accounts.find(account.id)).toEqual(account)
    expect(await stores.facts.get('name')).toBe('value')
    await stores.close()
  })

  it('opens in several processes at once', async () => {
    const all = await Promise.all([open(), open(), open()])
    await Promise.all(all.map(stores => stores.ready()))
    for (const stores of all) await stores.close()
  })

  it('refuses a database of a newer version in a sentence, and leaves it as it is', async () => {
    await (await open()).close()
    const db = new DatabaseSync(file())
    db.exec('PRAGMA user_version = 999')
    const error = await refusal()
    expect(error.name).toBe('StoreNewer')
    expect(error.message).toMatch(
      /newer Guichet \(schema 999, this one knows \d+\): start that version again, or restore/,
    )
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 })
    db.close()
  })

  it('says where it cannot write, why, and how to mend it', async () => {
    await writeFile(join(dataDir, 'a-file'), '')
    for (const directory of [join(dataDir, 'a-file'), join(dataDir, 'a-file', 'below')]) {
      const error = await refusal(directory)
      expect(error.name).toBe('StoreUnusable')
      expect(error.message).toContain(directory)
      expect(error.message).toMatch(/is a file, not a directory\. Give this user the right .* GUICHET_DATA_DIR\.$/)
    }
    await mkdir(file())
    expect((await refusal()).message).toContain('the database file is a directory')
  })

  it('refuses what is not a database of its own', async () => {
    await writeFile(file(), 'not a database at all, but long enough to be read as one'.repeat(50))
    expect((await refusal()).message).toMatch(
      /is not a database of Guichet, or it is damaged: move it away, or restore/,
    )
  })

  it('gives up in a bounded time while another process holds the lock, without holding the event loop', async () => {
    const settings = { dataDir, vault: aVault(), auditChain: anAuditChain(), process: 'p', clock: () => noon }
    const stores = await openSqliteStores({ ...settings, patience: 300 })
    const holder = new DatabaseSync(file())
    holder.exec('BEGIN IMMEDIATE')
    let longest = 0
    let last = performance.now()
    const ticking = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const account = aPendingAccount()
    const started = performance.now()
    await expect(stores.accounts.create(account, {})).rejects.toBeInstanceOf(StoreAway)
    const waited = performance.now() - started
    clearInterval(ticking)
    expect(waited).toBeGreaterThan(250)
    expect(waited).toBeLessThan(2_000)
    expect(longest).toBeLessThan(200)
    expect(await stores.accounts.find(account.id)).toBeUndefined()
    holder.exec('ROLLBACK')
    holder.close()
    await stores.accounts.create(account, {})
    await stores.close()
  })

  it('waits for a lock that is soon released', async () => {
    const stores = await open()
    const holder = new DatabaseSync(file())
    holder.exec('BEGIN IMMEDIATE')
    const created = stores.accounts.create(aPendingAccount(), {})
    setTimeout(() => holder.exec('COMMIT'), 100)
    await created
    holder.close()
    await stores.close()
  })

  it('purges a share of every table, whatever waits in another one', async () => {
    const stores = await open()
    const gone = later(-60)
    for (let nth = 0; nth < 300; nth += 1) await stores.artefacts.upsert('AccessToken', anId(), { payload: {} }, gone)
    for (let nth = 0; nth < 5; nth += 1) await stores.records.put('kind', anId(), {}, gone)
    for (let nth = 0; nth < 5; nth += 1) await stores.artefacts.unique(anId(), gone)
    expect(await stores.purgeExpired(noon, 100)).toBe(100)
    const db = new DatabaseSync(file())
    const left = (table: string) => db.prepare(`SELECT count(*) AS left FROM ${table}`).get()?.left
    expect([left('artefacts'), left('records'), left('replays')]).toEqual([210, 0, 0])
    expect(await stores.purgeExpired(noon, 1)).toBe(1)
    db.close()
    await stores.close()
  })

  it('finds every row by an index, in every statement that it prepares', async () => {
    const { opened, statements } = await preparedWhile(() => open())
    await opened.close()
    expect(statements.length).toBeGreaterThan(80)
    const db = new DatabaseSync(file())
    expect(walksOf(db, statements)).toEqual([])
    expect(walksOf(db, ['SELECT * FROM accounts WHERE came_from = ? ORDER BY language'])).toHaveLength(2)
    db.close()
  })
})
