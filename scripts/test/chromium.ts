/** The browser of the tests: Debian's Chromium, found or installed. */
import { spawnSync } from 'node:child_process'
import { installsOnDebian } from './debian.ts'
import { executableOnPath } from './executables.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const runs = (path: string): string | undefined => {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? stdout.trim() : undefined
}

export type Chromium =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'missing'; readonly sentence: string }

/** CHROMIUM_PATH, else one on the PATH, else one that apt-get installs when this is root. */
export const findChromium = (): Chromium => {
  const path =
    process.env.CHROMIUM_PATH ||
    executableOnPath(names) ||
    (installsOnDebian('Chromium', 'chromium') ? executableOnPath(names) : undefined)
  const version = path === undefined ? undefined : runs(path)
  if (path !== undefined && version !== undefined) return { kind: 'found', path, version }
  const sentence =
    path === undefined
      ? 'There is no Chromium: install it (on Debian « apt-get install chromium »), or give its path in CHROMIUM_PATH.'
      : `${path} does not run: install Chromium anew, or give another in CHROMIUM_PATH.`
  return { kind: 'missing', sentence }
}
