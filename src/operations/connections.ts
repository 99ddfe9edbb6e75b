/** How many may be connected: in all, and from one network where that is known. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export type ConnectionBounds = {
  readonly most: number
  /** The network at the other end; absent behind a proxy, which is at the other end of all of them. */
  readonly networkOf?: ((address: string | undefined) => string) | undefined
}

/** From here on, whoever says nothing makes room for whoever comes. */
const NEARLY_FULL = 0.9
const MADE_ROOM_EVERY_MS = 1000
/** One network never keeps all the others out. */
const SHARE_OF_ONE = 0.25

export const boundConnections = (server: Server, { most, networkOf }: ConnectionBounds): void => {
  const ofNetworks = new Map<string, number>()
  let open = 0
  let roomMade = Number.NEGATIVE_INFINITY

  /** Kept connections that wait for nothing: a browser opens another one by itself. */
  const makeRoom = (): void => {
    if (open < most * NEARLY_FULL || performance.now() - roomMade < MADE_ROOM_EVERY_MS) return
    roomMade = performance.now()
    server.closeIdleConnections()
  }

  const countIn = (socket: Socket, network: string): boolean => {
    const own = (ofNetworks.get(network) ?? 0) + 1
    if (own > most * SHARE_OF_ONE) return false
    ofNetworks.set(network, own)
    socket.once('close', () => {
      const left = (ofNetworks.get(network) ?? 1) - 1
      if (left > 0) ofNetworks.set(network, left)
      else ofNetworks.delete(network)
    })
    return true
  }

  server.maxConnections = most
  server.on('connection', (socket: Socket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
    if (networkOf && !countIn(socket, networkOf(socket.remoteAddress))) return void socket.destroy()
    makeRoom()
  })
}
