/** Stops a server without cutting anybody off, within a bound. */
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'

const { close: stopListening } = NetServer.prototype

/** A tenth of the limit: how long a kept-alive connection must have been idle for nothing to be on its way over it. */
const QUIET_SHARE = 0.1

/** From now on every answer ends its connection: whoever asks again comes by another one, which may lead elsewhere. */
export const endConnections = (server: Server): void =>
  void server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))

/**
 * Stops accepting, lets answers under way finish, ends connections as they fall idle, and cuts the rest after `limitMs`.
 * One that is idle is not ended at once: whoever keeps it alive may have sent a request that is not read yet, which would be
 * lost; that one is answered, and told to close. 'forced' says that some were cut.
 */
export const drain = (server: Server, limitMs = 5000): Promise<'drained' | 'forced'> =>
  new Promise((resolve, reject) => {
    let forced = false
    // Kept-alive connections fall idle after the answer that they wait for, not when listening stops.
    let sweep: NodeJS.Timeout | undefined
    // Timers come before what has arrived is read: after a busy moment, a connection that seems idle may hold a request.
    const endIdle = () => setImmediate(() => server.closeIdleConnections())
    const quiet = setTimeout(() => {
      endIdle()
      sweep = setInterval(endIdle, 50)
    }, limitMs * QUIET_SHARE)
    const cut = setTimeout(() => {
      forced = true
      server.closeAllConnections()
    }, limitMs)
    endConnections(server)
    // an HTTP server's own close ends idle connections first
    stopListening.call(server, fault => {
      clearTimeout(quiet)
      clearInterval(sweep)
      clearTimeout(cut)
      // its timers end too
      server.close(() => undefined)
      if (fault && (fault as NodeJS.ErrnoException).code !== 'ERR_SERVER_NOT_RUNNING') return reject(fault)
      resolve(forced ? 'forced' : 'drained')
    })
  })
