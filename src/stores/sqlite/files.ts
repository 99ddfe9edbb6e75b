import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { StoreUnusable } from '../faults.ts'

/** Why the system refuses, in words an operator can act on. */
const reasons: { readonly [code: string]: string } = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of this path is a file, not a directory',
  EEXIST: 'it is a file, not a directory',
  EISDIR: 'the database file is a directory',
  ENOSPC: 'the disk is full',
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

const reasonOf = (error: unknown): string => reasons[codeOf(error)] ?? (codeOf(error) || String(error))

/** Makes the data directory (0700) and the database file (0600), whatever the umask; gives the file's path. Throws StoreUnusable. */
export const prepareFiles = (dataDir: string): string => {
  const file = join(dataDir, 'guichet.sqlite')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    // SQLite gives its -wal and -shm files the rights of this one.
    chmodSync(file, 0o600)
    ownDirectory(dataDir)
    return file
  } catch (error) {
    throw new StoreUnusable(
      `Guichet cannot keep its data in ${dataDir}: ${reasonOf(error)}. Give this user the right to write there, or name another directory in GUICHET_DATA_DIR.`,
      { cause: error },
    )
  }
}

/** A directory mounted by somebody else cannot be closed to others by us: the file's own rights then do it. */
const ownDirectory = (dataDir: string): void => {
  try {
    chmodSync(dataDir, 0o700)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error
  }
}
