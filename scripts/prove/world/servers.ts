/** Processes of one Guichet: one issuer, one store, each with a port of its own. */
import { openSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Ask } from '../../../test/support/visitor.ts'
import { type Child, startChild } from '../../processes/children.ts'

export type Server = Child & {
  readonly port: number
  /** Requests as a browser would make them to the issuer, answered by this process. Thirty at once at most. */
  readonly ask: Child['ask']
  readonly fetch: Ask
  advance(seconds: number): Promise<void>
  memory(): Promise<NodeJS.MemoryUsage>
  /** As on SIGTERM, then ends. */
  drain(): Promise<void>
}

const LIMIT_MS = 30_000

const responseOf = async (answer: IncomingMessage): Promise<Response> => {
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part as Buffer)
  const headers = new Headers()
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    headers.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '')
  }
  const status = answer.statusCode ?? 0
  const bodiless = status === 204 || status === 304
  return new Response(bodiless ? null : Buffer.concat(parts), { status, headers })
}

/** fetch by its name sends no other Host than the address's: the issuer's is sent to one process's port. */
export const fetchAt = (port: number, issuer: string, agent: Agent): Ask => {
  const { host } = new URL(issuer)
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const { pathname, search } = new URL(url)
      const sent = request(
        {
          agent,
          host: '127.0.0.1',
          port,
          method,
          path: pathname + search,
          headers: { ...Object.fromEntries(new Headers(headers)), host },
          timeout: LIMIT_MS,
          ...(signal ? { signal } : {}),
        },
        answer => responseOf(answer).then(resolve, reject),
      )
      sent.once('timeout', () => sent.destroy(new Error('no answer in time')))
      // whoever sends it again wants to know whether the connection had been kept from an earlier answer
      sent.once('error', fault => reject(Object.assign(fault, { reusedSocket: sent.reusedSocket })))
      sent.end(body === undefined || body === null ? undefined : String(body))
    })
}

export type ServerSettings = {
  readonly issuer: string
  readonly env: { readonly [name: string]: string }
  /** Where its log lines go. */
  readonly log: string
  readonly flags?: readonly string[]
  /** Another program than world/server.ts, that answers the same questions. */
  readonly program?: URL
}

export const startServer = async ({ issuer, env, log, flags = [], program }: ServerSettings): Promise<Server> => {
  const output = openSync(log, 'a', 0o600)
  const child = await startChild(fileURLToPath(program ?? new URL('./server.ts', import.meta.url)), {
    env,
    flags,
    output,
    errors: output,
  })
  const port = Number(await child.ask('port'))
  const agent = new Agent({ keepAlive: true, maxSockets: 30 })
  // nobody ends its connections when the child does: the system says of each what became of it, refused or reset
  return {
    ...child,
    port,
    fetch: fetchAt(port, issuer, agent),
    advance: async seconds => void (await child.ask('advance', seconds)),
    memory: async () => (await child.ask('memory')) as NodeJS.MemoryUsage,
    async drain() {
      await child.ask('drain')
      await child.stop()
    },
  }
}
