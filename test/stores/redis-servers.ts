/** Redis servers of one test file: on loopback, on free ports, their data in a temporary folder, ended by their own process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe } from '@jest/globals'
import { Redis } from 'ioredis'
import { aDirectory } from './open-sqlite.ts'

const path = process.env.REDIS_SERVER_PATH

/** npm test finds or installs a server and says so when there is none; with REQUIRE_ALL_SERVERS=1 it then fails. */
export const describeOnRedis = path === undefined ? describe.skip : describe

export const aFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no port was given')
  return address.port
}

export const until = async (what: string, holds: () => Promise<boolean>, withinMs = 15_000): Promise<void> => {
  const end = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${withinMs} ms`)
    await wait(20)
  }
}

/** A plain connection to one server, for what only a test asks of it. */
export const asking = async <T>(port: number, ask: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis({
    host: '127.0.0.1',
    port,
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

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await asking(port, redis => redis.ping())) === 'PONG'
  } catch {
    return false
  }
}

export type RedisProcess = {
  readonly port: number
  /** Begins again what was ended, with the data that it left. */
  start(): Promise<void>
  signal(signal: NodeJS.Signals): void
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
    async end(signal = 'SIGKILL') {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

export type RedisFolder = {
  /** A server of its own; more settings as on its command line. */
  server(...settings: readonly string[]): Promise<RedisProcess>
  close(): Promise<void>
}

export const aRedisFolder = async (): Promise<RedisFolder> => {
  const folder = await aDirectory()
  const all: RedisProcess[] = []
  return {
    async server(...settings) {
      const port = await aFreePort()
      const dir = join(folder, String(port))
      await mkdir(dir)
      const usual = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes']
      const server = await startProcess(port, [...usual, '--appendfsync', 'always', ...settings])
      all.push(server)
      return server
    },
    async close() {
      for (const server of all) await server.end()
      await rm(folder, { recursive: true })
    },
  }
}
