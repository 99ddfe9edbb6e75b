import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { StartError } from '../../operations/errors.ts'

const sentenceFor = (fault: NodeJS.ErrnoException, port: number): Error => {
  if (fault.code === 'EADDRINUSE')
    return new StartError(`Port ${port} is in use: stop the program that holds it, then start again.`)
  if (fault.code === 'EACCES')
    return new StartError(`Port ${port} is not allowed to this user: the demonstration cannot start.`)
  return fault
}

/** Listens on the loopback, or throws a sentence; tells the port taken, which is a free one when 0 was asked for. */
export const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const refuse = (fault: NodeJS.ErrnoException): void => reject(sentenceFor(fault, port))
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
