import { createServer, type RequestListener, type Server } from 'node:http'
import { boundConnections } from './operations/connections.ts'
import { drain, endConnections } from './operations/drain.ts'
import { listeningFault } from './operations/errors.ts'
import { type AnswerUnread, answerUnread } from './operations/unread.ts'
import { clientNetwork, type TrustedProxies } from './protection/network.ts'

export type Listening = {
  readonly port: number
  /** Goes on listening, and ends each connection with its next answer. */
  endConnections(): void
  stop(limitMs?: number): Promise<'drained' | 'forced'>
}

const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
const KEEP_ALIVE_MS = 65_000
/** Node looks every 30 s by itself: a client that dribbles would be borne with four times too long. */
const CHECKED_EVERY_MS = 2000
const MAX_CONNECTIONS = 20_000

export type Answering = {
  readonly handle: RequestListener
  /** To what is no request that can be read. */
  readonly unread: AnswerUnread
}

/** Listens with every wait and size bounded. Throws a sentence when the port or the address cannot be had. */
export const listen = (
  { handle, unread }: Answering,
  { port, host, trustProxy }: { readonly port: number; readonly host: string; readonly trustProxy: TrustedProxies },
): Promise<Listening> => {
  const server: Server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECKED_EVERY_MS,
      // the site says so itself, by a page
      requireHostHeader: false,
    },
    handle,
  )
  answerUnread(server, unread)
  boundConnections(server, {
    most: MAX_CONNECTIONS,
    networkOf: trustProxy.kind === 'none' ? address => clientNetwork(trustProxy, address, undefined) : undefined,
  })
  return new Promise((resolve, reject) => {
    server.once('error', fault => reject(listeningFault(fault, { port, host })))
    server.listen(port, host, () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        endConnections: () => endConnections(server),
        stop: limitMs => drain(server, limitMs),
      })
    })
  })
}
