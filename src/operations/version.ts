import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The version of this Guichet, as package.json says. */
export const readVersion = (): string =>
  z
    .looseObject({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version
