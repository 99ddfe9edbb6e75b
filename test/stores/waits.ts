/** Before a server: counts how often something is asked after an answer, which is how often somebody waits. */
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

export type WaitsCounter = {
  readonly port: number
  waitsOf(act: () => Promise<unknown>): Promise<number>
  close(): Promise<void>
}

/** `asks`: whether what is sent asks something, rather than watches or says that it is still there. */
export const aWaitsCounter = async (
  port: number,
  asks: (sent: Buffer) => boolean = () => true,
): Promise<WaitsCounter> => {
  let waits = 0
  let answered = true
  const server: Server = createServer(client => {
    const upstream = connect(port, '127.0.0.1')
    let asking = false
    client.on('data', data => {
      asking = asks(data)
      if (asking && answered) waits += 1
      if (asking) answered = false
      upstream.write(data)
    })
    upstream.on('data', data => {
      if (asking) answered = true
      client.write(data)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port was given')
  return {
    port: address.port,
    async waitsOf(act) {
      const before = waits
      await act()
      return waits - before
    },
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}
