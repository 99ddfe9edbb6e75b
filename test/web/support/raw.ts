/** Requests as no browser would send them. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export type RawAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

export type RawRequest = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

/** To 127.0.0.1, with any Host and any path, whole as given. Redirects are not followed. */
export const send = (port: number, path: string, { method = 'GET', headers = {}, body }: RawRequest = {}) =>
  new Promise<RawAnswer>((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: headers as Record<string, string>,
      agent: false,
    })
    sent.once('error', reject)
    sent.once('response', answer => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.once('error', reject)
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      )
    })
    sent.end(body)
  })

/** Bytes as they are, and what comes back until the other side closes, `limitMs` at most. */
export const exchange = (port: number, bytes: string | Buffer, limitMs = 2000): Promise<string> =>
  new Promise(resolve => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(end, limitMs)
    socket.on('data', part => {
      answer += part.toString('latin1')
    })
    socket.once('error', end)
    socket.once('close', end)
  })
