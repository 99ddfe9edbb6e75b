import { spawnSync } from 'node:child_process'

/** Installs a package where this is Debian and root; false where it cannot be. `what`: as people know it. */
export const installsOnDebian = (what: string, name: string): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  if (spawnSync('apt-get', ['--version']).status !== 0) return false
  process.stderr.write(`${what} is not here: installing it with apt-get, once…\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) => spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] }).status === 0
  return apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', name)
}
