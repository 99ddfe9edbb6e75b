/** The HAProxy of the tests: one that is here, else Debian's, installed. */
import { spawnSync } from 'node:child_process'
import { installsOnDebian } from './debian.ts'
import { executableOnPath, firstExecutable } from './executables.ts'

const runs = (path: string): string | undefined => {
  const { status, stdout } = spawnSync(path, ['-v'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined
}

export type Haproxy =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'missing'; readonly sentence: string }

const names = ['haproxy']
/** Debian keeps it where only root looks. */
const found = (): string | undefined => executableOnPath(names) ?? firstExecutable(['/usr/sbin/haproxy'])

/** HAPROXY_PATH, else one that is here, else one that apt-get installs when this is root. */
export const findHaproxy = (): Haproxy => {
  const path = process.env.HAPROXY_PATH || found() || (installsOnDebian('HAProxy', 'haproxy') ? found() : undefined)
  const version = path === undefined ? undefined : runs(path)
  if (path !== undefined && version !== undefined) return { kind: 'found', path, version }
  const sentence =
    path === undefined
      ? 'There is no haproxy: install it (on Debian « apt-get install haproxy »), or give its path in HAPROXY_PATH.'
      : `${path} does not run: install HAProxy anew, or give another one in HAPROXY_PATH.`
  return { kind: 'missing', sentence }
}
