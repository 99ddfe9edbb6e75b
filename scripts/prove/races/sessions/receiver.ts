/** The end of the back channel of several services: which sessions they were told of. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt } from 'jose'

export type Receiver = {
  readonly uri: string
  /** How often each `sid` was told. */
  told(sid: string): number
  stop(): Promise<void>
}

export const openReceiver = async (): Promise<Receiver> => {
  const told = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const sid = String(decodeJwt(new URLSearchParams(Buffer.concat(parts).toString()).get('logout_token') ?? '').sid)
    told.set(sid, (told.get(sid) ?? 0) + 1)
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/fin`,
    told: sid => told.get(sid) ?? 0,
    stop: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
