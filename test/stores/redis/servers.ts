/** Redis servers of one test file: on loopback, on free ports, their data in a temporary folder, ended by their own process. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from '../../support/free-port.ts'
import { aDirectory } from '../open-sqlite.ts'

const path = process.env.REDIS_SERVER_PATH

export const until = async (what: string, holds: () => Promise<boolean>, withinMs = 15_000): Promise<void> => {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${withinMs} ms`)
    await wait(20)
  }
}

/** A plain connection to one server, for what only a test asks of it. */
export const asking = async <T>(port: number, ask: (redis: Redis) => Promise<T>, password = ''): Promise<T> => {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    retryStrategy: () => null,
    commandTimeout: 5_000,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await ask(redis)
  } finally {
    redis.disconnect()
  }
}

/** Whether it answers, though it may ask who is there. */
const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('data', data => settle(/^(\+PONG|-NOAUTH)/.test(String(data))))
  })

export type RedisProcess = {
  readonly port: number
  /** Begins again what was ended, with the data that it left. */
  start(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Waits until it tells that of itself (INFO). */
  tells(line: string): Promise<void>
  /** Ends it, at once by default, and waits until it has. */
  end(signal?: NodeJS.Signals): Promise<void>
}

const startProcess = async (port: number, args: readonly string[]): Promise<RedisProcess> => {
  let child: ChildProcess | undefined
  const start = async () => {
    if (path === undefined) throw new Error('there is no redis-server')
    child = spawn(path, args, { stdio: 'ignore' })
    await until(`redis-server on ${port}`, () => answers(port))
  }
  await start()
  return {
    port,
    start,
    signal: signal => void child?.kill(signal),
    tells: line => until(line, async () => (await asking(port, redis => redis.info())).split('\r\n').includes(line)),
    async end(signal = 'SIGKILL') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

export type RedisFolder = {
  readonly path: string
  /** A server of its own; more settings as on its command line. */
  server(...settings: readonly string[]): Promise<RedisProcess>
  /** One that watches; its settings as lines of a file, which it rewrites. */
  sentinel(...settings: readonly string[]): Promise<RedisProcess>
  close(): Promise<void>
}

export const aRedisFolder = async (): Promise<RedisFolder> => {
  const folder = await aDirectory()
  const all: RedisProcess[] = []
  const aPlace = async () => {
    const port = await freePort()
    const dir = join(folder, String(port))
    await mkdir(dir)
    return { port, dir }
  }
  const started = async (port: number, args: readonly string[]) => {
    const server = await startProcess(port, args)
    all.push(server)
    return server
  }
  return {
    path: folder,
    async server(...settings) {
      const { port, dir } = await aPlace()
      const usual = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes']
      return started(port, [...usual, '--appendfsync', 'always', ...settings])
    },
    async sentinel(...settings) {
      const { port, dir } = await aPlace()
      const file = join(dir, 'sentinel.conf')
      await writeFile(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${dir}`, ...settings, ''].join('\n'))
      return started(port, [file, '--sentinel'])
    },
    async close() {
      for (const server of all) await server.end()
      await rm(folder, { recursive: true })
    },
  }
}
