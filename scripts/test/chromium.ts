/** The browser of the tests: Debian's Chromium, found or installed. */
import { spawnSync } from 'node:child_process'
import { executableOnPath } from './executables.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const runs = (path: string): string | undefined => {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? stdout.trim() : undefined
}

const installs = (): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  if (spawnSync('apt-get', ['--version']).status !== 0) return false
  process.stderr.write('Chromium is not here: installing it with apt-get, once…\n')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) => spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] }).status === 0
  return apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', 'chromium')
}

export type Chromium =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'missing'; readonly sentence: string }

/** CHROMIUM_PATH, else one on the PATH, else one that apt-get installs when this is root. */
export const findChromium = (): Chromium => {
  const path =
    process.env.CHROMIUM_PATH || executableOnPath(names) || (installs() ? executableOnPath(names) : undefined)
  const version = path === undefined ? undefined : runs(path)
  if (path !== undefined && version !== undefined) return { kind: 'found', path, version }
  const sentence =
    path === undefined
      ? 'There is no Chromium: install it (on Debian « apt-get install chromium »), or give its path in CHROMIUM_PATH.'
      : `${path} does not run: install Chromium anew, or give another in CHROMIUM_PATH.`
  return { kind: 'missing', sentence }
}
