import { Agent, createServer, get, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { drain } from '../../src/operations/drain.ts'

let server: Server | undefined
let agent: Agent | undefined
afterEach(() => {
  agent?.destroy()
  server?.closeAllConnections()
  server?.close()
})

const serve = (listener: RequestListener): Promise<number> =>
  new Promise(resolve => {
    const made = createServer({ keepAliveTimeout: 60_000 }, listener)
    server = made
    made.listen(0, '127.0.0.1', () => resolve((made.address() as AddressInfo).port))
  })

const ask = (
  port: number,
): Promise<{ readonly status: number | undefined; readonly connection: string | undefined }> => {
  agent ??= new Agent({ keepAlive: true })
  const used = agent
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: used }, response => {
      response.resume()
      response.once('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }))
    }).once('error', reject)
  })
}

const served = (): Server => {
  if (!server) throw new Error('no server')
  return server
}

describe('stopping', () => {
  it('lets an answer under way finish, then ends at once though the connection is kept alive', async () => {
    let finish = () => {}
    const arrived = new Promise<void>(resolve => {
      void serve((_request, response) => {
        finish = () => response.end('fine')
        resolve()
      }).then(port => {
        asked = ask(port)
      })
    })
    let asked: ReturnType<typeof ask> | undefined
    await arrived
    const started = performance.now()
    const drained = drain(served(), 5000)
    finish()
    expect((await asked)?.status).toBe(200)
    expect(await drained).toBe('drained')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('ends idle connections soon', async () => {
    const port = await serve((_request, response) => response.end())
    await ask(port)
    const started = performance.now()
    expect(await drain(served(), 5000)).toBe('drained')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('answers a request that was on its way over a kept-alive connection, and ends it then', async () => {
    const port = await serve((_request, response) => response.end())
    await ask(port)
    const drained = drain(served(), 5000)
    // sent before the other side could know
    expect(await ask(port)).toEqual({ status: 200, connection: 'close' })
    expect(await drained).toBe('drained')
  })

  it('accepts nobody more', async () => {
    const port = await serve((_request, response) => response.end())
    await drain(served(), 1000)
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('cuts what does not end in time', async () => {
    const port = await serve(() => {})
    const asked = ask(port).catch((fault: NodeJS.ErrnoException) => fault.code)
    await new Promise<void>(resolve => served().once('request', () => resolve()))
    expect(await drain(served(), 100)).toBe('forced')
    expect(await asked).toBe('ECONNRESET')
  })

  it('cuts somebody who sends a request drop by drop', async () => {
    const port = await serve((_request, response) => response.end())
    const socket = connect(port, '127.0.0.1')
    await new Promise<void>(resolve => served().once('connection', () => resolve()))
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n')
    expect(['drained', 'forced']).toContain(await drain(served(), 200))
    socket.destroy()
  })

  it('does nothing to a server that has stopped already', async () => {
    await serve((_request, response) => response.end())
    await drain(served(), 1000)
    expect(await drain(served(), 1000)).toBe('drained')
  })
})
