import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, get, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { type Started, start } from '../src/start.ts'
import { freePort } from './support/free-port.ts'

const folders: string[] = []
const all: Started[] = []
const agents: Agent[] = []
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  for (const { stop } of all.splice(0)) await stop({ replaced: true })
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const aServer = async (notice: string) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'guichet-stop-'))
  folders.push(dataDir)
  const port = await freePort()
  const server = await start({
    GUICHET_DATA_DIR: dataDir,
    GUICHET_PORT: String(port),
    GUICHET_ISSUER: `http://localhost:${port}`,
    GUICHET_LOG_LEVEL: 'silent',
    GUICHET_STOP_NOTICE: notice,
  })
  all.push(server)
  return { server, port }
}

type Answer = { readonly status: number | undefined; readonly headers: IncomingHttpHeaders }

/** `agent`: a kept connection; none: one of its own. */
const ask = (port: number, path: string, agent: Agent | false = false) =>
  new Promise<Answer>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers: { host: `localhost:${port}` } }, answer => {
      answer.resume()
      answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
    }).once('error', reject)
  })

describe('a server that is asked to stop', () => {
  it('says so and serves on until its notice is over: those known already, and those who come', async () => {
    const { server, port } = await aServer('2 s')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    agents.push(agent)
    expect((await ask(port, '/health/ready', agent)).status).toBe(200)

    const asked = performance.now()
    const stopped = server.stop()
    const [kept, ready, live] = await Promise.all([
      ask(port, '/aide', agent),
      ask(port, '/health/ready'),
      ask(port, '/health/live'),
    ])
    expect(kept).toMatchObject({ status: 200, headers: { connection: 'close' } })
    expect(ready).toMatchObject({ status: 503, headers: { connection: 'close' } })
    expect(live.status).toBe(200)
    expect((await ask(port, '/aide')).status).toBe(200)

    await stopped
    expect(performance.now() - asked).toBeGreaterThan(1990)
    await expect(ask(port, '/aide')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }, 30_000)

  it('stops at once when it has no notice to give, or when another one has taken its place', async () => {
    const none = await aServer('0 s')
    const long = await aServer('60 s')
    const asked = performance.now()
    await Promise.all([none.server.stop(), long.server.stop({ replaced: true })])
    // what it gives to requests that are on their way
    expect(performance.now() - asked).toBeLessThan(10_000)
  }, 30_000)
})
