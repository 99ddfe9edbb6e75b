import type { Context } from 'koa'

/** A look ahead of the person's own click, which must not act for them: answered with nothing. */
export const isLookAhead = (ctx: Context): boolean => {
  if (ctx.method !== 'HEAD' && !/prefetch|prerender/.test(ctx.get('Sec-Purpose'))) return false
  ctx.status = 204
  return true
}
