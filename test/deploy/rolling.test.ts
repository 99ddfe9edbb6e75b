import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runHere } from '../cli/run.ts'
import { describeOnMongo } from '../stores/mongo/describe.ts'
import { type Servers, startStandalone } from '../stores/mongo/servers.ts'
import { describeOnRedis } from '../stores/redis/describe.ts'
import { aRedisFolder, type RedisFolder } from '../stores/redis/servers.ts'
import { freePort } from '../support/free-port.ts'
import { waitFor } from '../support/wait.ts'
import { send } from '../web/support/raw.ts'

const haproxyPath = process.env.HAPROXY_PATH
/** All three are needed: where one is missing, npm test says which. */
const describeOnAll = haproxyPath === undefined || describeOnMongo !== describe ? describe.skip : describeOnRedis

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const written = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url))
const HOST = 'localhost'
/** Processes that start on a busy machine. */
const patience = 120_000

type Running = { readonly child: ChildProcess; readonly ended: Promise<unknown>; readonly lines: () => string }

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running => {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  let lines = ''
  child.stdout?.on('data', text => {
    lines += text
  })
  return { child, ended: once(child, 'close'), lines: () => lines }
}
const stop = async ({ child, ended }: Running, signal: NodeJS.Signals = 'SIGTERM') => {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  await ended
}

describeOnAll('a rolling restart on MongoDB and Redis, behind the proxy of deploy/', () => {
  let folder: string
  let mongo: Servers
  let redis: RedisFolder
  let settings: { readonly [name: string]: string }
  let service: { readonly id: string; readonly secret: string }
  let proxy: Running
  let front: number
  const ports: number[] = []
  const running: (Running | undefined)[] = []

  const isReady = (port: number) =>
    send(port, '/health/ready').then(
      ({ status }) => status === 200 || undefined,
      () => undefined,
    )
  const startGuichet = async (nth: number, more: { readonly [name: string]: string } = {}) => {
    const port = ports[nth] ?? 0
    const started = run(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      ...settings,
      GUICHET_PORT: String(port),
      ...more,
    })
    running[nth] = started
    await waitFor(() => isReady(port), patience)
    return started
  }

  /** As deploy/ has it, but where things are on this machine. */
  const startProxy = async () => {
    const cfg = join(folder, 'haproxy.cfg')
    const [plain, up] = [await freePort(), await freePort()]
    const there: readonly (readonly [RegExp, string])[] = [
      [/\/run\/secrets/, folder],
      [/bind :8443/, `bind 127.0.0.1:${front}`],
      [/bind :8080/, `bind 127.0.0.1:${plain}`],
      [/127\.0\.0\.1:8404/, `127.0.0.1:${up}`],
      [/^resolvers docker\n(?: .*\n)+/m, ''],
      [/ resolvers docker init-addr \S+/, ''],
      ...ports.map((port, nth) => [new RegExp(`guichet-${nth + 1}:3000`, 'g'), `127.0.0.1:${port}`] as const),
    ]
    const text = there.reduce(
      (said, [what, here]) => {
        if (!what.test(said)) throw new Error(`haproxy.cfg does not say ${what}`)
        return said.replace(what, here)
      },
      await readFile(written, 'utf8'),
    )
    await writeFile(cfg, text)
    expect(spawnSync(haproxyPath ?? '', ['-c', '-f', cfg], { encoding: 'utf8' })).toMatchObject({ status: 0 })
    proxy = run(haproxyPath ?? '', ['-db', '-q', '-f', cfg])
    await waitFor(
      () =>
        send(up, '/up').then(
          ({ status }) => status === 200 || undefined,
          () => undefined,
        ),
      patience,
    )
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guichet-rolling-'))
    await mkdir(join(folder, 'data'), { mode: 0o700 })
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
    const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    const of = ['-subj', `/CN=${HOST}`, '-keyout', key, '-out', certificate]
    expect(spawnSync('openssl', ['req', ...made, ...of]).status).toBe(0)
    await writeFile(join(folder, 'tls.pem'), `${await readFile(certificate, 'utf8')}${await readFile(key, 'utf8')}`)
    ;[mongo, redis] = await Promise.all([startStandalone(), aRedisFolder()])
    front = await freePort()
    ports.push(await freePort(), await freePort())
    settings = {
      GUICHET_DATA_DIR: join(folder, 'data'),
      GUICHET_ISSUER: `https://${HOST}:${front}`,
      GUICHET_STORE: 'mongo',
      GUICHET_MONGO_URL: mongo.url('rolling'),
      GUICHET_REDIS_URL: `redis://127.0.0.1:${(await redis.server()).port}`,
      GUICHET_TRUST_PROXY: '1',
      GUICHET_STOP_NOTICE: '5 s',
    }
    const asked = ['--name', 'Essai', '--grant-type', 'client_credentials', '--scope', 'email', '--json']
    const prepared = await runHere(['store', 'prepare'], settings)
    const added = await runHere(['services', 'add', ...asked], settings)
    expect([prepared.code, added.code]).toEqual([0, 0])
    service = JSON.parse(added.out)
    await Promise.all([startGuichet(0), startGuichet(1)])
    await startProxy()
  }, patience)
  afterAll(async () => {
    await Promise.all([proxy, ...running].map(one => one && stop(one, 'SIGKILL')))
    await Promise.all([mongo?.stop(), redis?.close()])
    await rm(folder, { recursive: true, force: true })
  })

  const ask = (agent: Agent, method: string, path: string, body = '') =>
    new Promise<string>(resolve => {
      const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) }
      const authorization = `Basic ${btoa(`${service.id}:${service.secret}`)}`
      const headers = { host: `${HOST}:${front}`, ...(method === 'POST' ? { ...form, authorization } : {}) }
      const sent = request(
        { host: '127.0.0.1', port: front, method, path, agent, headers, rejectUnauthorized: false, timeout: 30_000 },
        answer => {
          answer.resume()
          answer.once('end', () => resolve(`${method} ${answer.statusCode}`))
          answer.once('error', fault => resolve(`${method} cut: ${fault.message}`))
        },
      )
      sent.once('timeout', () => sent.destroy(new Error('no answer')))
      sent.once('error', fault => resolve(`${method} failed: ${fault.message}`))
      sent.end(body)
    })

  /** Three who keep their connections, without a pause but the one that spares a busy machine; what they were answered. */
  const during = async (act: () => Promise<void>) => {
    const answers = new Map<string, number>()
    let over = false
    const askers = Array.from({ length: 3 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let turn = 0; !over; turn += 1) {
        const answer = await (turn % 2 === 0
          ? ask(agent, 'POST', '/token', 'grant_type=client_credentials')
          : ask(agent, 'GET', '/aide'))
        answers.set(answer, (answers.get(answer) ?? 0) + 1)
        await pause(20)
      }
      agent.destroy()
    })
    try {
      await act()
    } finally {
      over = true
      await Promise.all(askers)
    }
    return answers
  }
  const expectNoneFailed = (answers: ReadonlyMap<string, number>) => {
    expect([...answers.keys()].sort()).toEqual(['GET 200', 'POST 200'])
    for (const count of answers.values()) expect(count).toBeGreaterThan(20)
  }

  it(
    'fails no request when one process after the other is restarted',
    async () => {
      const answers = await during(async () => {
        for (const nth of [0, 1]) {
          const former = running[nth]
          if (!former) throw new Error('no process runs')
          await stop(former)
          expect(former.child.exitCode).toBe(0)
          await startGuichet(nth)
        }
      })
      expectNoneFailed(answers)
    },
    patience,
  )

  it(
    'fails no request when SIGHUP replaces the processes of GUICHET_WORKERS',
    async () => {
      // it alone serves: what the other would spare shows
      await Promise.all(running.map(one => one && stop(one, 'SIGKILL')))
      const { child, lines } = await startGuichet(0, { GUICHET_WORKERS: '2' })
      await waitFor(() => lines().split('Guichet is listening').length > 2 || undefined, patience)
      const answers = await during(async () => {
        child.kill('SIGHUP')
        await waitFor(() => lines().includes('every process was replaced') || undefined, patience)
      })
      expectNoneFailed(answers)
    },
    patience,
  )
})
