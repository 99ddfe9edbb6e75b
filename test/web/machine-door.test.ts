import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { waitFor } from '../support/wait.ts'
import { exchange, send } from './support/raw.ts'

let guichet: Guichet
beforeAll(async () => {
  guichet = await startGuichet()
})
afterAll(() => guichet.stop())

const lineOf = (route: string, status: number) =>
  waitFor(() =>
    guichet.logged.map(line => JSON.parse(line)).find(line => line.route === route && line.status === status),
  )

describe('a client that leaves before its answer', () => {
  it.each(['/token', '/connexion/:uid'])(
    'is logged as such on %s, not by a status that nobody was told',
    async route => {
      const path = route.replace(':uid', 'abcdefghijklmnopqrstu')
      const { host, port } = new URL(guichet.issuer)
      const socket = connect(Number(port), '127.0.0.1', () => {
        const head = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 100', '', 'half=1']
        socket.write([`POST ${path} HTTP/1.1`, `Host: ${host}`, ...head].join('\r\n'), () => socket.destroy())
      })
      expect(await lineOf(route, 499)).toMatchObject({ level: 'info', method: 'POST' })
    },
  )
})

describe('the endpoints that machines ask', () => {
  it('carry the headers of every answer, and are logged by their route alone', async () => {
    const { id, secret } = await guichet.addService({
      name: 'Une machine',
      redirectUris: [],
      responseTypes: [],
      grantTypes: ['client_credentials'],
    })
    const answer = await fetch(`${guichet.issuer}/token?secret-in-query=1`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    })
    expect(answer.status).toBe(200)
    for (const name of ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'x-frame-options']) {
      expect(answer.headers.get(name)).toBeTruthy()
    }
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const line = await lineOf('/token', 200)
    expect(line).toMatchObject({ method: 'POST', msg: 'request' })
    expect(JSON.stringify(line)).not.toContain('secret-in-query')
  })

  it('say which method they take', async () => {
    const answer = await fetch(`${guichet.issuer}/token`)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('say their methods to whoever asks outside of a preflight', async () => {
    for (const [path, allowed] of [
      ['/token', 'POST, OPTIONS'],
      ['/jwks', 'GET, HEAD'],
    ] as const) {
      const answer = await fetch(guichet.issuer + path, { method: 'OPTIONS' })
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 204, allowed])
    }
  })

  it('outlive what is no HTTP, in the middle of an answer too', async () => {
    const { host, port } = new URL(guichet.issuer)
    for (const path of ['/jwks', '/token', '/.well-known/openid-configuration', '/userinfo']) {
      for (const chunk of ['5\nzqx=1\n0\n\n', 'zqx\r\na\r\n0\r\n\r\n', '5\r\nzqx']) {
        const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`
        await exchange(Number(port), `${head}${chunk}`, 300)
        expect([path, chunk, (await fetch(`${guichet.issuer}/jwks`)).status]).toEqual([path, chunk, 200])
      }
    }
    expect(guichet.logged.filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  it("are not there under another host's name", async () => {
    const { hostname, port } = new URL(guichet.issuer)
    const raw = await exchange(
      Number(port),
      `GET /jwks HTTP/1.1\r\nHost: ${hostname}.evil.example\r\nConnection: close\r\n\r\n`,
    )
    expect(String(raw)).toContain(' 421 ')
    const twice = await exchange(
      Number(port),
      `GET /jwks HTTP/1.1\r\nHost: ${hostname}:${port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    )
    expect(String(twice)).not.toContain(' 200 ')
  })

  it('repeats in no header an Origin that no browser writes', async () => {
    for (const origin of ['\u00e2\u00ae', 'https://a.example, null', 'https://a.example/x"y', 'x'.repeat(2000)]) {
      const { host, port } = new URL(guichet.issuer)
      const answer = await send(Number(port), '/userinfo', { headers: { host, origin } })
      expect(answer.headers['access-control-allow-origin']).toBe('https://malformed.invalid')
      expect(JSON.stringify(answer.headers)).not.toContain(origin)
    }
  })

  it('log no origin that they refuse', async () => {
    const { id } = await guichet.addService({ name: 'Une page', redirectUris: ['https://page.example/retour'] })
    const from = guichet.logged.length
    await fetch(`${guichet.issuer}/token`, {
      method: 'POST',
      headers: { origin: 'https://ailleurs.example' },
      body: new URLSearchParams({ client_id: id, client_secret: 'x', grant_type: 'authorization_code', code: 'x' }),
    })
    await waitFor(() => guichet.logged.slice(from).find(line => line.includes('the protocol refused')))
    expect(guichet.logged.slice(from).join()).not.toContain('ailleurs')
  })
})
