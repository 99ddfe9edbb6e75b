import { randomBytes } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes the directory and its parents, readable by their owner alone. */
export const makePrivateDirectory = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
}

/** Writes a file readable by its owner alone, whole or not at all. */
export const writePrivateFile = async (path: string, content: string | Buffer): Promise<void> => {
  await makePrivateDirectory(dirname(path))
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  await writeFile(draft, content, { mode: 0o600 })
  await rename(draft, path)
}
