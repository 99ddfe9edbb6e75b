/** What stands in front of several processes: one that refuses a connection is passed over, as every balancer does. */
import type { Ask } from '../../../test/support/visitor.ts'
import type { Server } from '../world/servers.ts'

export type Balancer = {
  /** Whoever asks it is answered by one of those that serve. */
  readonly front: Server
  /** These take requests from now on; one that is draining may still be among them. */
  serve(servers: readonly Server[]): void
  /** How many requests met a process that did not listen any more, and went to another one. */
  passedOver(): number
  /** How many were sent once more, for their connection ended as they were sent. */
  sentAgain(): number
}

/** Nothing of the request was read: whatever it asks, it may be sent elsewhere. (Within jest, errors of Node are of another realm.) */
const wasRefused = (fault: unknown): boolean =>
  typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === 'ECONNREFUSED'

/**
 * A kept connection ended by the server at the moment when it was used again: no server can help it, and browsers send such a
 * request once more (Chromium does, whatever the method, as long as nothing of an answer has come).
 */
const wasKeptTooLong = (fault: unknown): boolean =>
  typeof fault === 'object' &&
  fault !== null &&
  'code' in fault &&
  fault.code === 'ECONNRESET' &&
  'reusedSocket' in fault &&
  fault.reusedSocket === true

export const makeBalancer = (first: readonly Server[]): Balancer => {
  let serving = first
  let turn = 0
  let passedOver = 0
  let sentAgain = 0
  const ask: Ask = async (url, init) => {
    const these = serving
    turn += 1
    const from = turn
    for (let at = 0; at < these.length; at += 1) {
      try {
        const server = these[(from + at) % these.length]
        if (server) return await server.fetch(url, init)
      } catch (fault) {
        if (wasKeptTooLong(fault)) sentAgain += 1
        else if (wasRefused(fault)) passedOver += 1
        else throw fault
      }
    }
    // those that it knew of have stopped meanwhile, and others have begun
    if (serving !== these) return ask(url, init)
    throw new Error('nobody serves')
  }
  const [any] = first
  if (!any) throw new Error('nobody serves')
  return {
    front: { ...any, fetch: ask },
    serve: servers => {
      serving = servers
    },
    passedOver: () => passedOver,
    sentAgain: () => sentAgain,
  }
}
