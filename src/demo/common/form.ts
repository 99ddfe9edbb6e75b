import type { Context } from 'koa'

const limit = 64 * 1024

/** The fields of a posted form. Throws 413 beyond 64 kB and 415 for another kind of content. */
export const readForm = async (ctx: Context): Promise<URLSearchParams> => {
  if (!ctx.is('application/x-www-form-urlencoded')) ctx.throw(415)
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of ctx.req as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > limit) ctx.throw(413)
    pieces.push(piece)
  }
  return new URLSearchParams(Buffer.concat(pieces).toString('utf8'))
}
