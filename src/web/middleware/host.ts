import type { Context, Next } from 'koa'

/** RFC 9112, 3.2.2: a whole address in the first line, as proxies are sent, stands above the Host header. */
const hostOf = ({ req }: Context): string | undefined => {
  const { url = '', headers } = req
  if ((req.headersDistinct.host?.length ?? 0) > 1) return undefined
  if (url.startsWith('/')) return headers.host
  const whole = URL.parse(url)
  if (whole?.protocol !== 'http:' && whole?.protocol !== 'https:') return undefined
  req.url = whole.pathname + whole.search
  return whole.host
}

/** The provider builds its URLs from the Host header: one that is not the issuer's goes no further, nor a request without any. */
export const onlyHost =
  (host: string, refuse: (ctx: Context, why: 'absent' | 'other') => void) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const asked = hostOf(ctx)
    if (asked?.toLowerCase() !== host.toLowerCase()) return refuse(ctx, asked === undefined ? 'absent' : 'other')
    await next()
  }
