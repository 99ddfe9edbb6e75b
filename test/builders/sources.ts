import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const src = fileURLToPath(new URL('../../src/', import.meta.url))

/** The text of every source file but those said, to hold a list against its uses. */
export const sourcesBut = (...left: readonly string[]): string =>
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !left.includes(path.replaceAll('\\', '/')))
    .map(path => readFileSync(join(src, path), 'utf8'))
    .join('\n')

export const sourceOf = (path: string): string => readFileSync(join(src, path), 'utf8')
