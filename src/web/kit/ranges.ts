import type { Context } from 'koa'

/** A single range of bytes, « bytes=0-1 », « bytes=100- » or « bytes=-50 »; undefined when it asks for none or for several. */
export const rangeOf = (header: string, size: number): { readonly from: number; readonly to: number } | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last))
  return from <= to ? { from, to } : undefined
}

/** Answers with the bytes, or the part asked for: some browsers play sound only from servers that serve parts. */
export const serveBytes = (ctx: Context, bytes: Buffer): void => {
  ctx.set('Accept-Ranges', 'bytes')
  const range = rangeOf(ctx.get('Range'), bytes.length)
  if (!range) {
    ctx.body = bytes
    return
  }
  ctx.status = 206
  ctx.set('Content-Range', `bytes ${range.from}-${range.to}/${bytes.length}`)
  ctx.body = bytes.subarray(range.from, range.to + 1)
}
