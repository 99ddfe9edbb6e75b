/** Where the keys come from: GUICHET_KEYS, else a file. */
import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeKeys } from './keys-making.ts'
import { type Keys, parseKeys, type WrittenKeys } from './keys-shape.ts'
import type { Environment } from './load.ts'

export type { Keys } from './keys-shape.ts'

type Refused = { readonly kind: 'refused'; readonly problems: readonly string[] }
export type LoadedKeys = { readonly kind: 'loaded'; readonly keys: Keys } | Refused
type ReadKeys = { readonly kind: 'loaded'; readonly keys: Keys; readonly written: WrittenKeys } | Refused

const refuse = (source: string, problem: string): Refused => ({ kind: 'refused', problems: [`${source}: ${problem}`] })

const readKeys = (source: string, text: string): ReadKeys => {
  try {
    const parsed = parseKeys(JSON.parse(text))
    return parsed.kind === 'refused' ? refuse(source, parsed.problem) : { ...parsed, kind: 'loaded' }
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault
    return refuse(source, 'expected keys as JSON; « npm run guichet -- keys new » makes them.')
  }
}

/** Reads a file of keys; refuses one that others than its owner and group may read, or than its owner may write. */
export const readKeysFile = (path: string): ReadKeys | { readonly kind: 'absent' } => {
  let text: string
  try {
    if ((statSync(path).mode & 0o027) !== 0 && process.platform !== 'win32')
      return {
        kind: 'refused',
        problems: [`${path}: expected a file that its owner alone may read; run « chmod 600 ${path} ».`],
      }
    text = readFileSync(path, 'utf8')
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException
    if (code === 'ENOENT') return { kind: 'absent' }
    if (code === 'ENOTDIR')
      return refuse(dirname(path), 'is not a directory; choose another with GUICHET_DATA_DIR or GUICHET_KEYS_FILE.')
    return { kind: 'refused', problems: [`${path}: expected a file of keys that this user may read.`] }
  }
  return readKeys(path, text)
}

const draft = (path: string, keys: WrittenKeys): string => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draftPath = `${path}.${randomBytes(6).toString('hex')}.tmp`
  writeFileSync(draftPath, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(draftPath, 0o600)
  return draftPath
}

/** Writes new keys, whole or not at all; 'exists' when some stand there already, which are left alone. */
export const writeNewKeysFile = (path: string, keys: WrittenKeys): 'written' | 'exists' => {
  const draftPath = draft(path, keys)
  try {
    linkSync(draftPath, path)
    return 'written'
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return 'exists'
    throw fault
  } finally {
    unlinkSync(draftPath)
  }
}

/** Puts changed keys in the place of those of the file, in one step. */
export const replaceKeysFile = (path: string, keys: WrittenKeys): void => renameSync(draft(path, keys), path)

type KeysPlace = { readonly keysFile: string; readonly production: boolean }

/** The keys of this set-up as written, from GUICHET_KEYS or the file. In production absent ones are refused. */
export const findKeys = (
  { keysFile, production }: KeysPlace,
  env: Environment,
): ReadKeys | { readonly kind: 'absent' } => {
  const found = env.GUICHET_KEYS ? readKeys('GUICHET_KEYS', env.GUICHET_KEYS) : readKeysFile(keysFile)
  if (found.kind !== 'absent' || !production) return found
  return refuse(keysFile, 'the keys are missing (or GUICHET_KEYS): make them with « npm run guichet -- keys new ».')
}

/** Where the keys are when the rest of the configuration is wrong; undefined when a file of configuration may say it. */
export const guessKeysFile = (env: Environment): string | undefined => {
  if (env.GUICHET_KEYS_FILE) return resolve(env.GUICHET_KEYS_FILE)
  return env.GUICHET_CONFIG ? undefined : resolve(env.GUICHET_DATA_DIR || 'var', 'keys.json')
}

/**
 * The keys of this set-up. In development missing ones are made, once, mode 0600; in production they are asked for.
 * Throws the system's fault when the file cannot be written.
 */
export const loadKeys = async (place: KeysPlace, env: Environment): Promise<LoadedKeys> => {
  const found = findKeys(place, env)
  if (found.kind !== 'absent') return found
  writeNewKeysFile(place.keysFile, await makeKeys())
  const written = readKeysFile(place.keysFile)
  if (written.kind === 'absent') throw new Error('the keys vanished as they were made')
  return written
}
