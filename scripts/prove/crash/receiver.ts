/** The service's own end of the back channel: keeps whom it was told about. */

import { createServer } from 'node:http'
import { freePort } from '../../../test/support/free-port.ts'

export type Receiver = {
  readonly uri: string
  /** Logouts told so far, by `sid`. */
  readonly told: readonly string[]
  stop(): Promise<void>
}

/** The `sid` of an ID token or a logout token. */
export const sidOf = (token: string): string => {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}')
  return typeof claims === 'object' && claims !== null && 'sid' in claims ? String(claims.sid) : ''
}

export const openReceiver = async (): Promise<Receiver> => {
  const told: string[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    told.push(sidOf(new URLSearchParams(Buffer.concat(parts).toString()).get('logout_token') ?? ''))
    response.writeHead(200).end()
  })
  // a request cut by its sender, as a process that is killed does
  server.on('clientError', (_, socket) => socket.destroy())
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${port}/deconnexion`,
    told,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
