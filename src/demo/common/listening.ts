import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server } from 'node:net'

/** Thrown when a port cannot be listened on; its message is for the terminal. */
export class PortUnavailable extends Error {
  readonly port: number
  constructor(port: number, reason: string) {
    super(`Port ${port} cannot be used (${reason}). Stop the program that holds it, then start again.`)
    this.name = 'PortUnavailable'
    this.port = port
  }
}

const reasonOf = (fault: NodeJS.ErrnoException): string =>
  fault.code === 'EADDRINUSE' ? 'another program listens on it' : (fault.code ?? 'unknown fault')

/** Listens on the loopback; tells the port taken, which is a free one when 0 was asked for. */
export const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const refuse = (fault: NodeJS.ErrnoException): void => reject(new PortUnavailable(port, reasonOf(fault)))
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      resolve((server.address() as AddressInfo).port)
    })
  })

export type Listening = { readonly port: number; close(): Promise<void> }

/** Serves HTTP until closed; closing lets the answers under way finish and drops idle connections. */
export const serveHttp = async (listener: RequestListener, port: number, host: string): Promise<Listening> => {
  const server = createServer(listener)
  const taken = await listen(server, port, host)
  return {
    port: taken,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), 2_000).unref()
      }),
  }
}
