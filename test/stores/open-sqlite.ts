import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stores } from '../../src/stores/contracts.ts'
import { openSqliteStores, type SqliteStores } from '../../src/stores/sqlite/open.ts'
import { anAuditChain, aVault } from '../builders/keys.ts'
import { noon } from '../builders/records.ts'
import type { OpenedStores } from '../contract/set-up.ts'

export const openSqlite = (dataDir: string, clock: () => Date): Promise<SqliteStores> =>
  openSqliteStores({
    dataDir,
    vault: aVault(),
    auditChain: anAuditChain(),
    process: randomBytes(6).toString('hex'),
    clock,
    patience: 10_000,
  })

/** In memory where the system has such a place: hundreds of stores are opened, and a disk's own time proves nothing here. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
export const aDirectory = (): Promise<string> => mkdtemp(join(place, 'guichet-stores-'))

export const openSqliteForTests = async (): Promise<OpenedStores & { readonly dataDir: string }> => {
  const dataDir = await aDirectory()
  let now = noon
  const all: Stores[] = []
  const open = async () => {
    const stores = await openSqlite(dataDir, () => now)
    all.push(stores)
    return stores
  }
  return {
    dataDir,
    stores: await open(),
    clock: { now: () => now, set: date => (now = date) },
    another: open,
    dump: async () =>
      Buffer.concat(await Promise.all((await readdir(dataDir)).map(name => readFile(join(dataDir, name))))),
    close: async () => {
      for (const stores of all) await stores.close()
      await rm(dataDir, { recursive: true })
    },
  }
}
