import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { boundConnections, type ConnectionBounds } from '../../src/operations/connections.ts'
import { waitFor } from '../support/wait.ts'

const opened: Socket[] = []
const servers: Server[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

const aServer = async (bounds: ConnectionBounds): Promise<number> => {
  const server = createServer((_request, response) => response.end('here'))
  boundConnections(server, bounds)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Connects, asks for a page, and keeps the connection: whether it was answered. */
const comes = async (port: number): Promise<{ readonly answered: boolean; readonly socket: Socket }> => {
  const socket = connect(port, '127.0.0.1')
  opened.push(socket)
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  const answered = await new Promise<boolean>(resolve => {
    socket.once('data', () => resolve(true))
    socket.once('close', () => resolve(false))
  })
  return { answered, socket }
}

describe('connections', () => {
  it('of one network take a quarter of the places at most, and others come in', async () => {
    const networks = ['a', 'a', 'a', 'a', 'b']
    const port = await aServer({ most: 8, networkOf: () => networks.shift() ?? 'a' })
    const answered: boolean[] = []
    for (let nth = 0; nth < 5; nth += 1) answered.push((await comes(port)).answered)
    expect(answered).toEqual([true, true, false, false, true])
  })

  it('of one network that end give their places back', async () => {
    const port = await aServer({ most: 4, networkOf: () => 'a' })
    const first = await comes(port)
    expect((await comes(port)).answered).toBe(false)
    first.socket.end()
    await once(first.socket, 'close')
    // the server's side ends a moment later
    const again = await waitFor(async () => (await comes(port)).answered || undefined)
    expect(again).toBe(true)
  })

  it('that wait for nothing make room when there is hardly any left', async () => {
    const port = await aServer({ most: 10 })
    const idle = []
    for (let nth = 0; nth < 8; nth += 1) idle.push(await comes(port))
    const closed = Promise.all(idle.map(({ socket }) => once(socket, 'close')))
    expect((await comes(port)).answered).toBe(true)
    await closed
    for (let nth = 0; nth < 5; nth += 1) expect((await comes(port)).answered).toBe(true)
  })
})
