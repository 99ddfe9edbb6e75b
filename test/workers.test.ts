import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from '@jest/globals'
import { HEAP_FLAGS } from '../src/operations/heap.ts'
import { freePort } from './support/free-port.ts'
import { waitFor } from './support/wait.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** Processes that start on a busy machine. */
const patience = 120_000

type Line = { readonly msg: string; readonly pid: number; readonly worker?: number }

type Server = {
  readonly child: ChildProcess
  readonly issuer: string
  readonly lines: Line[]
  readonly errors: () => string
  /** Processes that said that they listen, in order. */
  listening(): readonly number[]
  close(): Promise<void>
}

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const aServer = async (settings: { readonly [name: string]: string }): Promise<Server> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-workers-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      PATH: process.env.PATH,
      GUICHET_DATA_DIR: dataDir,
      GUICHET_PORT: String(port),
      GUICHET_ISSUER: `http://localhost:${port}`,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const lines: Line[] = []
  let errors = ''
  createInterface({ input: child.stdout }).on('line', line => lines.push(JSON.parse(line)))
  child.stderr.on('data', text => {
    errors += text
  })
  const server: Server = {
    child,
    issuer: `http://localhost:${port}`,
    lines,
    errors: () => errors,
    listening: () => lines.filter(({ msg }) => msg === 'Guichet is listening').map(({ pid }) => pid),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await closed
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  servers.push(server)
  return server
}

/** What Linux tells of a running process; nothing elsewhere. */
const startedWith = async (pid: number): Promise<readonly string[] | undefined> => {
  if (process.platform !== 'linux') return undefined
  const told = await Promise.all(['cmdline', 'environ'].map(name => readFile(`/proc/${pid}/${name}`, 'utf8')))
  return told.flatMap(text => text.split('\0'))
}

const ready = async ({ issuer }: Server): Promise<number> => (await fetch(`${issuer}/health/ready`)).status
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const started = (server: Server, count: number) =>
  waitFor(() => (server.listening().length >= count ? server.listening() : undefined), patience)

describe('GUICHET_WORKERS', () => {
  it(
    'starts so many processes on one port; one that dies is replaced, and Ctrl-C ends them all',
    async () => {
      const server = await aServer({ GUICHET_WORKERS: '2' })
      const [first = 0] = await started(server, 2)
      expect(await ready(server)).toBe(200)
      const words = await startedWith(first)
      if (words) expect(words).toEqual(expect.arrayContaining([...HEAP_FLAGS, 'MALLOC_ARENA_MAX=1']))

      process.kill(first, 'SIGKILL')
      await started(server, 3)
      expect(server.lines.find(({ msg }) => msg.includes('died'))?.worker).toBe(first)
      expect(await ready(server)).toBe(200)

      server.child.kill('SIGINT')
      const [code] = await once(server.child, 'close')
      expect(code).toBe(0)
      expect(server.listening().filter(isAlive)).toEqual([])
      // those that were asked to stop did so in their own time
      expect(server.lines.filter(({ msg }) => msg === 'Guichet has stopped')).toHaveLength(2)
    },
    patience,
  )

  it(
    'are replaced on SIGHUP, one after the other, while every request is answered and the port stays ready',
    async () => {
      // none waits until its notice is over: the port goes on
      const server = await aServer({ GUICHET_WORKERS: '2', GUICHET_STOP_NOTICE: '60 s' })
      const former = await started(server, 2)
      let over = false
      const statuses = new Set<unknown>()
      let asked = 0
      const visitors = Array.from({ length: 4 }, async (_, nth) => {
        const path = nth === 0 ? '/health/ready' : '/aide'
        while (!over) {
          statuses.add(
            await fetch(`${server.issuer}${path}`).then(answer => answer.text().then(() => answer.status), String),
          )
          asked += 1
        }
      })
      server.child.kill('SIGHUP')
      await waitFor(() => server.lines.find(({ msg }) => msg === 'every process was replaced'), patience)
      over = true
      await Promise.all(visitors)
      expect([...statuses]).toEqual([200])
      expect(asked).toBeGreaterThan(10)
      expect(former.filter(isAlive)).toEqual([])
      expect(server.listening()).toHaveLength(4)
      // it would give its notice
      server.child.kill('SIGKILL')
    },
    patience,
  )

  it(
    'say that they are not ready when all of them stop, and serve on until their notice is over',
    async () => {
      const server = await aServer({ GUICHET_WORKERS: '2', GUICHET_STOP_NOTICE: '3 s' })
      const pids = await started(server, 2)
      const asked = performance.now()
      server.child.kill('SIGTERM')
      // as a service of systemd: each process gets the signal, and then again by the first
      for (const pid of pids) process.kill(pid, 'SIGTERM')
      await waitFor(async () => (await ready(server)) === 503 || undefined)
      expect((await fetch(`${server.issuer}/aide`)).status).toBe(200)
      const [code] = await once(server.child, 'close')
      expect(code).toBe(0)
      expect(performance.now() - asked).toBeGreaterThan(2990)
      expect(server.lines.filter(({ msg }) => msg === 'Guichet has stopped')).toHaveLength(2)
    },
    patience,
  )

  it(
    'leaves no process behind when the one that started them is killed',
    async () => {
      const server = await aServer({ GUICHET_WORKERS: '2' })
      const pids = await started(server, 2)
      server.child.kill('SIGKILL')
      await waitFor(() => (pids.some(isAlive) ? undefined : true), patience)
    },
    patience,
  )

  it(
    'says once what keeps the first process from starting, and ends with exit code 1',
    async () => {
      const server = await aServer({ GUICHET_WORKERS: '2', NODE_ENV: 'production' })
      const [code] = await once(server.child, 'close')
      expect(code).toBe(1)
      const told = server
        .errors()
        .split('\n')
        .filter(line => line.includes('GUICHET_OPERATOR'))
      expect(told).toHaveLength(1)
    },
    patience,
  )
})
