import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writePrivateFile } from './common/private-files.ts'

export type ServiceCredentials = { readonly clientId: string; readonly clientSecret: string }

const credentialsFile = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) })

/** Those of an earlier run; undefined when the file is missing or damaged, and others are to be made. */
export const readCredentials = async (path: string): Promise<ServiceCredentials | undefined> => {
  try {
    return credentialsFile.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

export const writeCredentials = (path: string, credentials: ServiceCredentials): Promise<void> =>
  writePrivateFile(path, `${JSON.stringify(credentials, null, 2)}\n`)
