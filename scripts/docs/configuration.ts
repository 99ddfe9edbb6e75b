/** Writes docs/configuration.md from the schema: node scripts/docs/configuration.ts */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { configurationPage } from './configuration-page.ts'

writeFileSync(fileURLToPath(new URL('../../docs/configuration.md', import.meta.url)), configurationPage())
