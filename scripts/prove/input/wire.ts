/** Bytes sent as they are over a connection of their own, and every answer that came back over it. */
import { connect } from 'node:net'

export type Answer = {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export type Exchange = {
  /** 1xx apart. */
  readonly answers: readonly Answer[]
  /** late: neither answered to the end nor closed within the limit. */
  readonly end: 'closed' | 'late'
  /** What came after the last answer, or was no answer. */
  readonly rest: string
}

export const headerOf = (answer: Answer, wanted: string): string | undefined =>
  answer.headers.find(([name]) => name === wanted)?.[1]

type Read = { readonly body: Buffer; readonly next: number }

const readChunks = (bytes: Buffer, from: number): Read | undefined => {
  const parts: Buffer[] = []
  let at = from
  for (;;) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    if (Number.isNaN(size)) return undefined
    at = line + 2
    if (size === 0) return { body: Buffer.concat(parts), next: bytes.indexOf('\r\n', at) + 2 }
    parts.push(bytes.subarray(at, at + size))
    at += size + 2
  }
}

const readBody = (bytes: Buffer, from: number, answer: Answer, method: string): Read | undefined => {
  const { status } = answer
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
    return { body: Buffer.alloc(0), next: from }
  if (headerOf(answer, 'transfer-encoding')?.toLowerCase() === 'chunked') return readChunks(bytes, from)
  const length = headerOf(answer, 'content-length')
  const next = length === undefined ? bytes.length : from + Number(length)
  return next > bytes.length ? undefined : { body: bytes.subarray(from, next), next }
}

const HEAD = /^HTTP\/1\.1 (\d{3})[^\r\n]*\r\n/

/** `methods`: of the requests sent, in turn; the last one stands for any more. */
export const readAnswers = (bytes: Buffer, methods: readonly string[]): Pick<Exchange, 'answers' | 'rest'> => {
  const answers: Answer[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at)
    const head = end < 0 ? '' : bytes.toString('latin1', at, end + 2)
    const [line, status = ''] = HEAD.exec(head) ?? []
    if (line === undefined) break
    const headers = head
      .slice(line.length, -2)
      .split('\r\n')
      .map(text => {
        const colon = text.indexOf(':')
        return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()] as const
      })
    const answer = { status: Number(status), headers, body: '' }
    const read = readBody(bytes, end + 4, answer, methods[answers.length] ?? methods.at(-1) ?? 'GET')
    if (!read) break
    if (answer.status >= 200) answers.push({ ...answer, body: read.body.toString('utf8') })
    at = read.next
  }
  return { answers, rest: bytes.toString('latin1', at) }
}

export type Sent = {
  readonly bytes: Buffer
  readonly methods: readonly string[]
  /** The connection is closed by us once the bytes have left. */
  readonly cut: boolean
}

let turn = 0
/** Loopback has many addresses: a connection each, and no port is used again while its former connection lingers. */
const localAddress = (): string => {
  turn += 1
  return `127.0.0.${2 + (turn % 200)}`
}

export const exchange = (port: number, { bytes, methods, cut }: Sent, limitMs: number): Promise<Exchange> =>
  new Promise(resolve => {
    const parts: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', localAddress: localAddress() })
    const finish = (end: Exchange['end']) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ ...readAnswers(Buffer.concat(parts), methods), end })
    }
    const timer = setTimeout(() => finish('late'), limitMs)
    socket.on('data', part => parts.push(part))
    // refused or reset: what came before counts
    socket.on('error', () => undefined)
    socket.once('close', () => finish('closed'))
    if (cut) socket.end(bytes)
    else socket.write(bytes)
  })
