import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** What pages are made of: asked between two steps, it would bring the next step back to where the last one was. */
const isPartOfPage = (url: string): boolean => url.startsWith('/assets/')

/** A proxy on this port before servers on those: each step goes to the next one. */
export const openRoundRobin = async (port: number, upstream: readonly number[]) => {
  const turns = { step: 0, part: 0 }
  // a kept connection may end as it is used again: each request has its own
  const agent = new Agent({ keepAlive: false })

  const next = (url: string): number | undefined => {
    const kind = isPartOfPage(url) ? 'part' : 'step'
    turns[kind] += 1
    return upstream[turns[kind] % upstream.length]
  }
  const passOn = (asked: IncomingMessage, answer: ServerResponse): void => {
    const { method, url = '/', rawHeaders } = asked
    const headers = [...rawHeaders, 'X-Forwarded-For', asked.socket.remoteAddress ?? '']
    const sent = request({ agent, host: '127.0.0.1', port: next(url), method, path: url, headers }, got => {
      answer.writeHead(got.statusCode ?? 502, got.statusMessage, got.rawHeaders)
      got.pipe(answer)
      got.once('error', () => answer.destroy())
    })
    sent.once('error', () => answer.destroy())
    answer.once('close', () => sent.destroy())
    asked.pipe(sent)
  }
  const server = createServer(passOn).listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    stop: async (): Promise<void> => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      agent.destroy()
    },
  }
}
