/** What stands before the processes, as a proxy does: each request to the next one, around those that do not answer. All answers are kept. */
import type { Ask } from '../../../test/support/visitor.ts'
import { makeBalancer } from '../growth/balancer.ts'
import type { Server } from '../world/servers.ts'

export type Answer = {
  /** The process that was asked. */
  readonly pid: number
  readonly what: string
  readonly sentAt: number
  readonly endedAt: number
  /** None when the connection was cut, or nothing came in time. */
  readonly status?: number
  readonly retryAfter: boolean
  /** Nothing came in time. */
  readonly late: boolean
}

/** Twice what any answer may take; and how long one that did not answer is asked no more. */
const LIMIT_MS = 6000
const SHUNNED_MS = 10_000

const pathOf = (url: string): string => new URL(url).pathname.replace(/[\w-]{20,}/g, ':id')

/** As from a port where nobody listens: nothing of the request was read. */
const shunned = (): Error => Object.assign(new Error('shunned'), { code: 'ECONNREFUSED' })

export const makeFront = (first: readonly Server[]) => {
  const answers: Answer[] = []
  const watched = (server: Server): Server => {
    let shunnedUntil = 0
    const ask: Ask = async (url, init) => {
      const sentAt = performance.now()
      if (sentAt < shunnedUntil) throw shunned()
      const keep = (more: Pick<Answer, 'retryAfter' | 'late'> & { readonly status?: number }): void => {
        const what = `${init.method ?? 'GET'} ${pathOf(url)}`
        answers.push({ pid: server.pid, what, sentAt, endedAt: performance.now(), ...more })
      }
      const limit = AbortSignal.timeout(LIMIT_MS)
      try {
        const answer = await server.fetch(url, { ...init, signal: limit })
        keep({ status: answer.status, retryAfter: answer.headers.has('retry-after'), late: false })
        return answer
      } catch (fault) {
        if (limit.aborted) shunnedUntil = performance.now() + SHUNNED_MS
        const refused = typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === 'ECONNREFUSED'
        if (!refused) keep({ retryAfter: false, late: limit.aborted })
        throw fault
      }
    }
    return { ...server, fetch: ask }
  }
  const known = new Map<Server, Server>()
  const all = (servers: readonly Server[]): readonly Server[] =>
    servers.map(server => {
      const front = known.get(server) ?? watched(server)
      known.set(server, front)
      return front
    })
  const balancer = makeBalancer(all(first))
  return {
    server: balancer.front,
    serve: (servers: readonly Server[]): void => balancer.serve(all(servers)),
    answers: answers as readonly Answer[],
  }
}

export type Front = ReturnType<typeof makeFront>
