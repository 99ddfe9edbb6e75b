/** HTTP/1.1 as cheaply as one process can speak it: prepared bytes out, a status and its headers in. */
import { connect, type Socket } from 'node:net'

export type Answered = {
  /** 0: the connection was refused, cut, or said nothing in time. */
  readonly status: number
  readonly head: string
}
export type Wire = {
  /** Sends on a kept connection when one is free, on a new one otherwise. */
  send(request: Buffer, answered: (answer: Answered) => void): void
  /** Connections open now. */
  readonly open: () => number
  close(): void
}

const LIMIT_MS = 40_000
const NOTHING: Answered = { status: 0, head: '' }
const HEAD_END = Buffer.from('\r\n\r\n')

type Line = {
  readonly socket: Socket
  waiting: ((answer: Answered) => void) | undefined
  parts: Buffer | undefined
  used: boolean
}

const LENGTH = /^content-length: (\d+)/im
const CLOSES = /^connection: close/im

/** A whole answer at the front of `bytes`: its end, and whether the connection goes on. Bodies have their length, or are chunked. */
const wholeIn = (bytes: Buffer): { readonly head: string; readonly end: number } | undefined => {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const length = LENGTH.exec(head)?.[1]
  if (length !== undefined) {
    const end = headEnd + HEAD_END.length + Number(length)
    return bytes.length >= end ? { head, end } : undefined
  }
  const last = bytes.indexOf('0\r\n\r\n', headEnd + HEAD_END.length)
  return last < 0 ? undefined : { head, end: last + 5 }
}

export const makeWire = (port: number): Wire => {
  const free: Line[] = []
  const lines = new Set<Line>()

  const end = (line: Line): void => {
    lines.delete(line)
    const { waiting } = line
    line.waiting = undefined
    line.socket.destroy()
    waiting?.(NOTHING)
  }

  const read = (line: Line, part: Buffer): void => {
    line.parts = line.parts ? Buffer.concat([line.parts, part]) : part
    const whole = wholeIn(line.parts)
    if (!whole) return
    const { waiting } = line
    line.parts = undefined
    line.waiting = undefined
    if (CLOSES.test(whole.head)) end(line)
    else free.push(line)
    waiting?.({ status: Number(whole.head.slice(9, 12)), head: whole.head })
  }

  const draw = (): Line => {
    for (let kept = free.pop(); kept; kept = free.pop()) if (!kept.socket.destroyed) return kept
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const line: Line = { socket, waiting: undefined, parts: undefined, used: false }
    lines.add(line)
    socket.setTimeout(LIMIT_MS, () => end(line))
    socket.on('data', part => read(line, part))
    socket.on('error', () => end(line))
    socket.on('close', () => end(line))
    return line
  }

  return {
    send: (request, answered) => {
      const line = draw()
      line.waiting = answered
      line.socket.write(request)
    },
    open: () => lines.size,
    close: () => {
      for (const line of [...lines]) end(line)
    },
  }
}
