/** The server alone, as an operator starts it: how soon it answers, and what it holds in memory. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-port.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const LIMIT_MS = 20_000

type Alone = { readonly ms: number; readonly url: string; readonly process: ChildProcess }

const startAlone = async (dataDir: string): Promise<Alone> => {
  const port = await freePort()
  const url = `http://localhost:${port}/`
  const began = performance.now()
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, GUICHET_ISSUER: url, GUICHET_PORT: String(port), GUICHET_DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (;;) {
    const answer = await fetch(`${url}health/live`).catch(() => undefined)
    if (answer?.ok) return { ms: performance.now() - began, url, process: server }
    if (server.exitCode !== null || performance.now() - began > LIMIT_MS) throw new Error('src/main.ts does not answer')
    await pause(5)
  }
}

const end = async ({ process: server }: Alone): Promise<void> => {
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  await ended
}

/** Resident memory in MB; undefined where the system does not tell it in /proc. */
const residentMb = async ({ process: server }: Alone): Promise<number | undefined> => {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '')
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kb === undefined ? undefined : Number(kb) / 1024
}

/** Starts one after the other on one data directory, the first of which makes it and does not count; the last ones stay idle. */
export const measureAlone = async (
  dataDir: string,
  { starts, idle, idleMs }: { readonly starts: number; readonly idle: number; readonly idleMs: number },
): Promise<{ readonly startMs: readonly number[]; readonly residentMb: readonly number[] }> => {
  await end(await startAlone(dataDir))
  const startMs: number[] = []
  const standing: Alone[] = []
  try {
    for (let start = 0; start < starts; start += 1) {
      const alone = await startAlone(dataDir)
      startMs.push(alone.ms)
      if (start < starts - idle) await end(alone)
      else standing.push(alone)
    }
    for (const { url } of standing) await (await fetch(url)).text()
    await pause(idleMs)
    const memory = await Promise.all(standing.map(residentMb))
    return { startMs, residentMb: memory.flatMap(mb => (mb === undefined ? [] : [mb])) }
  } finally {
    await Promise.all(standing.map(end))
  }
}
