/** Each contender in a process of its own, which tells what CPU it has used. */
import { openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../processes/children.ts'

/** `profiles`: a directory where V8 writes the contender's CPU profile when it stops. `flags`: node's own. */
export const startContender = (
  server: string,
  env: { readonly [name: string]: string } = {},
  profiles?: string,
  flags: readonly string[] = [],
): Promise<Child> =>
  startChild(fileURLToPath(new URL(`servers/${server}.ts`, import.meta.url)), {
    env: { NODE_ENV: 'production', ...env },
    flags: [
      ...flags,
      ...(profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${server}.cpuprofile`] : []),
    ],
    // The log goes to a file, by the same calls as in production.
    output: openSync(join(env.BENCH_DIR ?? tmpdir(), 'bench.log'), 'a'),
  })
