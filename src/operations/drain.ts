/** Stops a server without cutting anybody off, within a bound. */
import type { Server } from 'node:http'

/**
 * Stops accepting, lets answers under way finish, ends connections as they fall idle, and cuts the rest after `limitMs`.
 * 'forced' says that some were cut.
 */
export const drain = (server: Server, limitMs = 5000): Promise<'drained' | 'forced'> =>
  new Promise((resolve, reject) => {
    let forced = false
    // Kept-alive connections fall idle after the answer that they wait for, not when listening stops.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cut = setTimeout(() => {
      forced = true
      server.closeAllConnections()
    }, limitMs)
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
    server.close(fault => {
      clearInterval(sweep)
      clearTimeout(cut)
      if (fault && (fault as NodeJS.ErrnoException).code !== 'ERR_SERVER_NOT_RUNNING') return reject(fault)
      resolve(forced ? 'forced' : 'drained')
    })
    server.closeIdleConnections()
  })
