import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../support/free-port.ts'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { exchange } from './support/raw.ts'

let port: number
let guichet: Guichet
beforeAll(async () => {
  port = await freePort()
  guichet = await startGuichet({ GUICHET_PORT: String(port) })
})
afterAll(() => guichet.stop())

const asked = (line: string, headers: Readonly<Record<string, string>> = {}) =>
  exchange(
    port,
    [
      `${line} HTTP/1.1`,
      `Host: localhost:${port}`,
      ...Object.entries(headers).map(pair => pair.join(': ')),
      '',
      '',
    ].join('\r\n'),
  )
const headOf = (answer: string) => answer.slice(0, answer.indexOf('\r\n\r\n')).toLowerCase()
const textOf = (answer: string) => Buffer.from(answer, 'latin1').toString('utf8')

/** What a neighbour of the same domain can set: nobody's but the browser's to erase. */
const FLOOD = Array.from({ length: 8 }, (_, at) => `n${at}=${'x'.repeat(3800)}`).join('; ')

describe('a browser whose cookies are too many to be read', () => {
  it('is told so, asked to erase them, and led back to where it was going', async () => {
    const answer = await asked('GET /authorize?client_id=a&state=b', { Cookie: FLOOD, 'Accept-Language': 'fr-FR' })
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
    expect(headOf(answer)).toContain('\r\nclear-site-data: "cookies"')
    expect(textOf(answer)).toContain('<h1>Trop de cookies dans votre navigateur</h1>')
    expect(answer).toContain('href="/authorize?client_id=a&amp;state=b"')
  })

  it('is told in its language, with a reference that the log has, and none of what it sent', async () => {
    const answer = await asked('GET /aide', { Cookie: FLOOD, 'Accept-Language': 'en' })
    expect(answer).toContain('<h1>Too many cookies in your browser</h1>')
    const [, code, id] = /Code ([A-Z_]+), reference ([\w-]+)/.exec(answer) ?? []
    expect(code).toBe('COOKIES_TOO_LARGE')
    expect(guichet.logged.some(line => line.includes(`"${id}"`) && line.includes('"status":431'))).toBe(true)
    expect(answer).not.toContain('xxxx')
  })

  it('has every header of a page', async () => {
    const head = headOf(await asked('GET /aide', { Cookie: FLOOD }))
    for (const name of ['content-security-policy', 'x-frame-options', 'referrer-policy', 'cache-control: no-store'])
      expect(head).toContain(`\r\n${name}`)
  })

  it('is not led elsewhere by an address that looks like another host', async () => {
    const answer = await asked('GET //evil.example/a', { Cookie: FLOOD })
    expect(answer).toContain('href="/evil.example/a"')
    expect(answer).not.toContain('href="//')
  })

  it('is offered no link to send a form again', async () => {
    const answer = await asked('POST /inscription', { Cookie: FLOOD, 'Content-Length': '0' })
    expect(headOf(answer)).toContain('clear-site-data')
    expect(answer).not.toContain('href="/inscription"')
  })
})

describe('another site', () => {
  it('signs nobody out by a link too long to be read', async () => {
    for (const line of [`GET /${'x'.repeat(20_000)}`, `GET /?${'y'.repeat(5000)}`]) {
      const answer = await asked(line, { Cookie: 'a=b', Referer: `https://a.example/${'z'.repeat(16_000)}` })
      expect(answer).toMatch(/^HTTP\/1\.1 431 /)
      expect(headOf(answer)).not.toContain('clear-site-data')
      expect(answer).toContain('HEADERS_TOO_LARGE')
    }
  })
})

describe('what is no request', () => {
  it('is answered 400, and the connection ends', async () => {
    const answer = await exchange(port, 'this is not HTTP\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(headOf(answer)).toContain('\r\nconnection: close')
    expect(answer.endsWith('\r\n\r\n')).toBe(true)
  })

  it('is answered by a page where it begins as a browser begins', async () => {
    const answer = await exchange(port, `GET /aide HTTP/1.1\r\nHost: localhost:${port}\r\nno colon\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer).toContain('BAD_REQUEST')
  })

  it('is answered without a body where HEAD was asked', async () => {
    const answer = await asked(`HEAD /${'x'.repeat(20_000)}`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer.endsWith('\r\n\r\n')).toBe(true)
  })

  it('follows in the same packet a request without Host: that one has a page, this one nothing', async () => {
    const answer = await exchange(port, `GET /aide HTTP/1.1\r\n\r\nHost: localhost:${port}\r\n\r\n`)
    expect(answer.match(/HTTP\/1\.1 400 /g)).toHaveLength(1)
    expect(answer.match(/<h1>/g)).toHaveLength(1)
  })

  it('sent behind a request that is being answered, puts nothing into that answer', async () => {
    const answer = await new Promise<string>(resolve => {
      let got = ''
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET /health/ready HTTP/1.1\r\nHost: localhost:${port}\r\n\r\nnot HTTP\r\n\r\n`),
      )
      socket.on('data', part => (got += part.toString('latin1')))
      socket.once('error', () => resolve(got))
      socket.once('close', () => resolve(got))
    })
    expect(answer).not.toContain('400')
  })
})
