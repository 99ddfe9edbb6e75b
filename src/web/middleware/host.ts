import type { Context, Next } from 'koa'

/** The provider builds its URLs from the Host header: one that is not the issuer's goes no further. */
export const onlyHost =
  (host: string, refuse: (ctx: Context) => void) =>
  async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.req.headers.host?.toLowerCase() !== host.toLowerCase()) return refuse(ctx)
    await next()
  }
