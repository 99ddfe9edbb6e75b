/**
 * The specifications want GET and POST at the endpoints where people arrive. A POST from another site brings no SameSite=Lax cookie:
 * it is sent on as a GET, and arrives with them.
 */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'

/** What a URL may hold for all servers on the way. */
const MOST_BYTES = 8_000

const textOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Whether it was: anything else is the library's. */
export const sendPostedOn = async (ctx: Context, paths: ReadonlySet<string>): Promise<boolean> => {
  if (ctx.method !== 'POST' || !paths.has(ctx.path) || !ctx.is('application/x-www-form-urlencoded')) return false
  const text = await textOf(ctx.req)
  if (text === undefined) {
    ctx.status = 413
    return true
  }
  ctx.redirect(`${ctx.path}?${new URLSearchParams(text)}`)
  ctx.status = 303
  return true
}
