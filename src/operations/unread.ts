/** Requests that the HTTP parser gives up: each is answered before its connection ends, where an answer can still be given. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What the parser could not read: its code, and the bytes of it that it was reading, as far as they are known to be its own. */
export type Unread = { readonly code?: string | undefined; readonly bytes: Buffer }

/** A whole HTTP answer, head and body, that says that the connection ends. */
export type AnswerUnread = (unread: Unread) => string

/** What a client may still send, or be answered, before the connection is cut: an answer is lost with a connection cut at once. */
const LINGER_MS = 5000

type ClientFault = Error & { readonly code?: string; readonly rawPacket?: Buffer }

export const answerUnread = (server: Server, answer: AnswerUnread): void => {
  /** Answers under way: another one in their midst would be read as a part of them. */
  const underWay = new WeakMap<Socket, number>()
  const given = new WeakSet<Socket>()
  /** How much had been read when the last request that could be was: what stands in the same packet is not what failed. */
  const readUpTo = new WeakMap<Socket, number>()
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1)
    readUpTo.set(socket, socket.bytesRead)
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1
      underWay.set(socket, left)
      if (left === 0 && given.has(socket)) socket.end()
    })
  })
  server.on('clientError', ({ code, rawPacket }: ClientFault, socket: Socket) => {
    if (given.has(socket)) return
    given.add(socket)
    if (!socket.writable || code === 'ECONNRESET') return void socket.destroy()
    const cut = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(cut))
    // they are answered, and nothing after them
    if ((underWay.get(socket) ?? 0) > 0) return
    const own = rawPacket && readUpTo.get(socket) !== socket.bytesRead ? rawPacket : Buffer.alloc(0)
    socket.end(answer({ code, bytes: own }))
  })
}
