import type { IncomingMessage } from 'node:http'

export type Collected = Buffer | 'tooLarge' | 'broken'
export type CollectLimits = { readonly bytes: number; readonly seconds: number }

/** A request's body whole, or why not. Leaves the connection as it is: whoever asked still has an answer to send. */
export const collectBody = (request: IncomingMessage, { bytes, seconds }: CollectLimits): Promise<Collected> =>
  new Promise(resolve => {
    const parts: Buffer[] = []
    let size = 0
    const end = (result: Collected) => {
      clearTimeout(timer)
      request.removeAllListeners('data')
      resolve(result)
    }
    const timer = setTimeout(() => end('broken'), seconds * 1000)
    if (Number(request.headers['content-length'] ?? 0) > bytes) return end('tooLarge')
    request.on('data', (part: Buffer) => {
      size += part.length
      if (size > bytes) return end('tooLarge')
      parts.push(part)
    })
    request.once('end', () => end(Buffer.concat(parts)))
    request.once('error', () => end('broken'))
    request.once('aborted', () => end('broken'))
  })
