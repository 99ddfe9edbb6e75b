/** Where the keys come from: GUICHET_KEYS, else a file. */
import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeKeys } from './keys-making.ts'
import { type Keys, keysSchema } from './keys-shape.ts'
import type { Environment } from './load.ts'

export type { Keys, RingKey, RingName, SigningKey } from './keys-shape.ts'

export type LoadedKeys =
  | { readonly kind: 'loaded'; readonly keys: Keys }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

const remedy = 'npm run guichet -- keys new'

const parseKeys = (source: string, text: string): LoadedKeys => {
  const refuse = (why: string): LoadedKeys => ({
    kind: 'refused',
    problems: [`${source}: ${why} « ${remedy} » makes good ones.`],
  })
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return refuse('expected keys as JSON.')
  }
  const parsed = keysSchema.safeParse(given)
  if (parsed.success) return { kind: 'loaded', keys: parsed.data }
  const { path = [] } = parsed.error.issues[0] ?? {}
  if (path.length === 0) return refuse('keys are missing, unknown, or one serves twice.')
  return refuse(`the key at ${path.join('.')} is missing, weak or badly written.`)
}

/** Reads a file of keys; refuses one that others than its owner and group may read, or than its owner may write. */
export const readKeysFile = (path: string): LoadedKeys | { readonly kind: 'absent' } => {
  let text: string
  try {
    if ((statSync(path).mode & 0o027) !== 0 && process.platform !== 'win32')
      return {
        kind: 'refused',
        problems: [`${path}: expected a file that its owner alone may read; run « chmod 600 ${path} ».`],
      }
    text = readFileSync(path, 'utf8')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' }
    return { kind: 'refused', problems: [`${path}: expected a file of keys that this user may read.`] }
  }
  return parseKeys(path, text)
}

const draft = (path: string, keys: Keys): string => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draftPath = `${path}.${randomBytes(6).toString('hex')}.tmp`
  writeFileSync(draftPath, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(draftPath, 0o600)
  return draftPath
}

/** Writes new keys, whole or not at all; 'exists' when some stand there already, which are left alone. */
export const writeNewKeysFile = (path: string, keys: Keys): 'written' | 'exists' => {
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
export const replaceKeysFile = (path: string, keys: Keys): void => renameSync(draft(path, keys), path)

/** The keys of this set-up. In development missing ones are made, once, mode 0600; in production they are asked for. */
export const loadKeys = async (
  { keysFile, production }: { readonly keysFile: string; readonly production: boolean },
  env: Environment,
): Promise<LoadedKeys> => {
  if (env.GUICHET_KEYS) return parseKeys('GUICHET_KEYS', env.GUICHET_KEYS)
  const read = readKeysFile(keysFile)
  if (read.kind !== 'absent') return read
  if (production)
    return {
      kind: 'refused',
      problems: [`The keys are missing (${keysFile}, or GUICHET_KEYS): make them with « ${remedy} ».`],
    }
  writeNewKeysFile(keysFile, await makeKeys())
  const written = readKeysFile(keysFile)
  if (written.kind === 'absent') throw new Error('the keys vanished as they were made')
  return written
}
