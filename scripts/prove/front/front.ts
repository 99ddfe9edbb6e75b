/**
 * What stands in front of Guichet in production: TLS ends here, and everything that passes is written down. Other hosts of the same
 * machine (a service, a neighbour of its domain, an attacker) answer as they are told to.
 */
import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { createServer, type RequestOptions, request as requestHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Ask } from '../../../test/support/visitor.ts'
import { type Certificate, makeCertificate } from './certificate.ts'

export type Line = readonly [name: string, value: string]
export type Exchange = {
  readonly host: string
  readonly method: string
  readonly url: string
  readonly asked: readonly Line[]
  readonly status: number
  readonly answered: readonly Line[]
  readonly body: string
  /** What the proof was doing: `phase` at that time. */
  readonly phase: string
}
export type Asked = {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
export type Answer = {
  readonly status?: number
  readonly headers?: { readonly [name: string]: string | readonly string[] }
  readonly body?: string
}

export type Front = {
  readonly port: number
  readonly certificate: Certificate
  origin(host: string): string
  /** A host of its own, beside Guichet's. */
  serve(host: string, answer: (asked: Asked) => Answer): void
  /** Everything that passed, in order. */
  readonly exchanges: readonly Exchange[]
  phase: string
  /** Changes pages of Guichet on their way, as somebody who found a hole to write into them would. */
  inject: ((page: string, url: URL) => string) | undefined
  /** Headers of Guichet's answers that do not arrive: what they are good for is seen by taking them away. */
  dropped: readonly string[]
  /** As a browser without screen asks, through here. */
  readonly fetch: Ask
  stop(): Promise<void>
}

const linesOf = (raw: readonly string[]): readonly Line[] => {
  const lines: Line[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''])
  return lines
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const send = (secure: boolean, options: RequestOptions, body: Buffer | string): Promise<[IncomingMessage, Buffer]> =>
  new Promise((resolve, reject) => {
    const ask = secure ? requestHttps : requestHttp
    const sent = ask(options, answer => {
      bodyOf(answer).then(whole => resolve([answer, whole]), reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })

export type FrontSettings = {
  /** Guichet's own host. */
  readonly host: string
  /** The port of the process that answers next. */
  readonly upstream: () => number
  /** A port already chosen, for an issuer that has to be known before; a free one by default. */
  readonly port?: number
}

const LIMIT_MS = 30_000

export const openFront = async ({ host: own, upstream, port: wanted = 0 }: FrontSettings): Promise<Front> => {
  const certificate = makeCertificate()
  const sites = new Map<string, (asked: Asked) => Answer>()
  const exchanges: Exchange[] = []
  const state: Pick<Front, 'phase' | 'inject' | 'dropped'> = { phase: '', inject: undefined, dropped: [] }

  const passOn = async (req: IncomingMessage, body: Buffer) => {
    // the last hop says who asked, and no other may
    const { 'x-forwarded-for': _said, ...headers } = req.headers
    const from = headers['x-test-network'] ?? req.socket.remoteAddress
    const [answer, whole] = await send(
      false,
      {
        host: '127.0.0.1',
        port: upstream(),
        method: req.method ?? 'GET',
        path: req.url ?? '/',
        headers: { ...headers, 'x-forwarded-for': String(from), 'x-forwarded-proto': 'https' },
        timeout: LIMIT_MS,
      },
      body,
    )
    return { status: answer.statusCode ?? 0, lines: linesOf(answer.rawHeaders), body: whole }
  }

  const answerOf = async (host: string, req: IncomingMessage, body: Buffer) => {
    if (host === own) return passOn(req, body)
    const url = new URL(req.url ?? '/', `https://${req.headers.host}`)
    const asked = { method: req.method ?? 'GET', url, headers: req.headers, body: body.toString('utf8') }
    const {
      status = 200,
      headers = { 'content-type': 'text/html; charset=utf-8' },
      body: said = '',
    } = sites.get(host)?.(asked) ?? { status: 404 }
    const lines = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value): Line => [name, value]),
    )
    return { status, lines, body: Buffer.from(said) }
  }

  const isPage = (lines: readonly Line[]): boolean =>
    lines.some(([name, value]) => name === 'content-type' && value.startsWith('text/html'))

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const host = (req.headers.host ?? '').replace(/:\d+$/, '')
    const { phase } = state
    const url = `https://${req.headers.host}${req.url}`
    const got = await answerOf(host, req, await bodyOf(req))
    const page = host === own && isPage(got.lines) ? got.body.toString('utf8') : undefined
    const body = page !== undefined && state.inject ? Buffer.from(state.inject(page, new URL(url))) : got.body
    exchanges.push({
      host,
      method: req.method ?? '',
      url,
      asked: linesOf(req.rawHeaders),
      status: got.status,
      answered: got.lines,
      body: got.body.toString('utf8'),
      phase,
    })
    const dropped = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', ...state.dropped])
    const kept = got.lines.filter(([name]) => !dropped.has(name)).flat()
    res.writeHead(got.status, [...kept, 'content-length', String(body.length)])
    res.end(body)
  }

  // wide: what is too long for Guichet is Guichet's to answer
  const tls = { key: certificate.key, cert: certificate.cert, maxHeaderSize: 1024 * 1024 }
  const server = createServer(tls, (req, res) => {
    answer(req, res).catch(() => res.destroy())
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => server.listen(wanted, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const fetchThrough: Ask = async (url, { method = 'GET', headers, body }) => {
    const { pathname, search, host } = new URL(url)
    const [got, whole] = await send(
      true,
      {
        host: '127.0.0.1',
        port,
        method,
        path: pathname + search,
        headers: { ...Object.fromEntries(new Headers(headers)), host },
        rejectUnauthorized: false,
        timeout: LIMIT_MS,
      },
      body === undefined || body === null ? '' : String(body),
    )
    const given = new Headers()
    for (const [name, value] of linesOf(got.rawHeaders)) given.append(name, value)
    const status = got.statusCode ?? 0
    return new Response(status === 204 || status === 304 ? null : whole, { status, headers: given })
  }

  return {
    port,
    certificate,
    origin: host => `https://${host}:${port}`,
    serve: (host, told) => void sites.set(host, told),
    exchanges,
    get phase() {
      return state.phase
    },
    set phase(phase) {
      state.phase = phase
    },
    get inject() {
      return state.inject
    },
    set inject(inject) {
      state.inject = inject
    },
    get dropped() {
      return state.dropped
    },
    set dropped(dropped) {
      state.dropped = dropped
    },
    fetch: fetchThrough,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
