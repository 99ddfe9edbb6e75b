/** The Redis of the tests: one that is here, else Debian's, installed. A Sentinel is the same program, told so. */
import { spawnSync } from 'node:child_process'
import { installsOnDebian } from './debian.ts'
import { executableOnPath } from './executables.ts'

const names = ['redis-server', 'valkey-server']

const runs = (path: string): string | undefined => {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 ? /v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1] : undefined
}

export type RedisServer =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'missing'; readonly sentence: string }

/** REDIS_SERVER_PATH, else one on the PATH, else one that apt-get installs when this is root. */
export const findRedis = (): RedisServer => {
  const path =
    process.env.REDIS_SERVER_PATH ||
    executableOnPath(names) ||
    (installsOnDebian('Redis', 'redis-server') ? executableOnPath(names) : undefined)
  const version = path === undefined ? undefined : runs(path)
  if (path !== undefined && version !== undefined) return { kind: 'found', path, version }
  const sentence =
    path === undefined
      ? 'There is no redis-server: install it (on Debian « apt-get install redis-server »), or give its path in REDIS_SERVER_PATH.'
      : `${path} does not run: install Redis anew, or give another redis-server in REDIS_SERVER_PATH.`
  return { kind: 'missing', sentence }
}
