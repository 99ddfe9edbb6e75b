/** Real MongoDB servers of the tests: on loopback, on free ports, in memory where there is such a place, gone with whoever started them. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Mongoose } from 'mongoose'
import { freePort } from '../../support/free-port.ts'

export const mongodPath = process.env.MONGOD_PATH

export type Server = {
  readonly port: number
  /** The folder of its files. */
  readonly data: string
  /** Sends a signal to the server itself. */
  signal(signal: NodeJS.Signals): void
  /** Starts it anew on the same port and data, once it was killed. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export type Servers = {
  readonly members: readonly Server[]
  /** The address of one database. */
  url(database: string): string
  stop(): Promise<void>
}

const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A shell that ends the server when its own input ends: whoever started it may be killed without a word. */
const guard = [
  'exec 2>/dev/null',
  '"$0" "$@" >/dev/null &',
  'server=$!',
  'echo $server',
  '{ read -r _; kill -9 $server; } <&3 &',
  'wait $server',
].join('\n')

const isAnswering = async (port: number): Promise<boolean> => {
  const mongoose = new Mongoose()
  const connection = mongoose.createConnection(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 3_000,
  })
  try {
    await connection.asPromise()
    return true
  } catch {
    return false
  } finally {
    await connection.close()
  }
}

/** No bound: a busy machine takes long to start what then runs. */
const PATIENCE_MS = 120_000

const untilTrue = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const until = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error(`not in ${PATIENCE_MS} ms: ${what}`)
    await wait(50)
  }
}

const startServer = async (path: string, options: readonly string[], cacheGb = 0.25): Promise<Server> => {
  const data = await mkdtemp(join(place, 'guichet-mongo-'))
  const port = await freePort()
  const args = [
    ['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ['--wiredTigerCacheSizeGB', String(cacheGb), '--quiet', ...options],
  ].flat()
  let running: { readonly pid: number; readonly ended: Promise<unknown> } | undefined

  const start = async (): Promise<void> => {
    const child = spawn('/bin/sh', ['-c', guard, path, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
    const ended = once(child, 'exit').then(() => {
      for (const stream of child.stdio) stream?.destroy()
    })
    const [line] = await once(child.stdout ?? child, 'data')
    running = { pid: Number(String(line).trim()), ended }
    await untilTrue(`a mongod on ${port}`, () => isAnswering(port))
  }
  const signal = (name: NodeJS.Signals): void => {
    if (running) process.kill(running.pid, name)
  }
  await start()

  return {
    port,
    data,
    signal,
    async restart() {
      await running?.ended
      await start()
    },
    async stop() {
      try {
        signal('SIGKILL')
      } catch {
        // a test killed it before
      }
      await running?.ended
      running = undefined
      await rm(data, { recursive: true })
    },
  }
}

const pathOrThrow = (): string => {
  if (!mongodPath) throw new Error('MONGOD_PATH says no mongod')
  return mongodPath
}

/** `cacheGb`: what it keeps in memory. */
export const startStandalone = async (options: readonly string[] = [], cacheGb?: number): Promise<Servers> => {
  const server = await startServer(pathOrThrow(), options, cacheGb)
  return {
    members: [server],
    url: database => `mongodb://127.0.0.1:${server.port}/${database}`,
    stop: server.stop,
  }
}

/** Runs one command of administration on one member. */
export const command = async (port: number, what: { readonly [name: string]: unknown }) => {
  const connection = new Mongoose().createConnection(`mongodb://127.0.0.1:${port}/admin?directConnection=true`)
  try {
    await connection.asPromise()
    return await connection.db?.command({ ...what })
  } finally {
    await connection.close()
  }
}

/** Three members; elections are quick. The first becomes the primary. */
export const startReplicaSet = async (options: readonly string[] = []): Promise<Servers> => {
  const path = pathOrThrow()
  const all = ['--replSet', 'guichet', '--oplogSize', '64', ...options]
  const members = await Promise.all([1, 2, 3].map(() => startServer(path, all)))
  const [first] = members
  if (!first) throw new Error('no member was started')
  await command(first.port, {
    replSetInitiate: {
      _id: 'guichet',
      settings: { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500 },
      members: members.map(({ port }, i) => ({ _id: i, host: `127.0.0.1:${port}`, priority: i === 0 ? 2 : 1 })),
    },
  })
  await untilTrue('a primary', async () => (await command(first.port, { hello: 1 }))?.isWritablePrimary === true)
  return {
    members,
    url: database =>
      `mongodb://${members.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${database}?replicaSet=guichet`,
    stop: async () => {
      await Promise.all(members.map(member => member.stop()))
    },
  }
}
