import type { Context, Next } from 'koa'
import type { Assets } from '../views/assets.ts'

/** Style, scripts and icons: public, hashed, cached for ever. */
export const serveAssets =
  (assets: Assets) =>
  async (ctx: Context, next: Next): Promise<void> => {
    if (!ctx.path.startsWith('/assets/')) return next()
    const asset =
      ctx.method === 'GET' || ctx.method === 'HEAD' ? assets.serve(ctx.path, ctx.get('Accept-Encoding')) : undefined
    if (!asset) return next()
    ctx.type = asset.type
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable')
    ctx.set('Vary', 'Accept-Encoding')
    if (asset.encoding) ctx.set('Content-Encoding', asset.encoding)
    ctx.set('Cross-Origin-Resource-Policy', 'same-origin')
    ctx.body = asset.body
  }
