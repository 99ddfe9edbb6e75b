import { createServer, type RequestListener, type Server } from 'node:http'
import { drain } from './operations/drain.ts'
import { listeningFault } from './operations/errors.ts'

export type Listening = { readonly port: number; stop(limitMs?: number): Promise<'drained' | 'forced'> }

const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
const KEEP_ALIVE_MS = 65_000
const MAX_CONNECTIONS = 20_000

/** Listens with every wait and size bounded. Throws a sentence when the port or the address cannot be had. */
export const listen = (
  handle: RequestListener,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Listening> => {
  const server: Server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    handle,
  )
  server.maxConnections = MAX_CONNECTIONS
  return new Promise((resolve, reject) => {
    server.once('error', fault => reject(listeningFault(fault, { port, host })))
    server.listen(port, host, () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address ? address.port : port,
        stop: limitMs => drain(server, limitMs),
      })
    })
  })
}
