/** The parent's side: each contender in a process of its own, which tells what CPU it has used. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Question, Reply } from './child.ts'

export type Child = {
  ask(question: string, count?: number): Promise<unknown>
  /** CPU of the process since it began, in ms. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

const file = (name: string): string => fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url))

const next = async (child: ChildProcess): Promise<unknown> => {
  const ended = new AbortController()
  try {
    const [reply] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => [{ fault: `a server ended (${code})` }]),
    ])) as [Reply]
    if (reply.fault !== undefined) throw new Error(reply.fault)
    return reply.answer
  } finally {
    ended.abort()
  }
}

/** `profiles`: a directory where V8 writes the child's CPU profile when it stops. */
export const startChild = async (
  server: string,
  env: { readonly [name: string]: string } = {},
  profiles?: string,
): Promise<Child> => {
  const profiling = profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${server}.cpuprofile`] : []
  const child = fork(file(server), {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    execArgv: ['--disable-warning=ExperimentalWarning', ...profiling],
    // The log goes to a file, by the same calls as in production.
    stdio: ['ignore', openSync(join(env.BENCH_DIR ?? tmpdir(), 'bench.log'), 'a'), 'inherit', 'ipc'],
  })
  await next(child)
  const ask: Child['ask'] = async (question, count = 0) => {
    const answered = next(child)
    child.send({ question, count } satisfies Question)
    return answered
  }
  return {
    ask,
    cpu: async () => Number(await ask('cpu')),
    stop: async () => {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
