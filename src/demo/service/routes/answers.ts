import type { Context } from 'koa'

export const show = (ctx: Context, page: string, status = 200): void => {
  ctx.status = status
  ctx.type = 'html'
  ctx.body = page
}

/** After a POST, or towards the provider: the browser goes on with a GET. */
export const seeOther = (ctx: Context, address: string): void => {
  ctx.redirect(address)
  ctx.status = 303
}
