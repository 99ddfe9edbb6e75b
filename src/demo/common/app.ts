import Koa, { type Context, type Middleware } from 'koa'
import { html } from './html.ts'
import { type Language, languageOf, sayIn } from './language.ts'
import { layout } from './layout.ts'
import type { DemoLog } from './log.ts'
import { iconSvg, lookCss } from './look.ts'

export type DemoAppNeeds = {
  readonly site: (language: Language) => string
  readonly label: (language: Language) => string
  readonly log: DemoLog
  /** Origins besides its own that a form's answer may lead to. */
  readonly formTargets?: readonly string[]
  /** POST paths called by programs of other sites, which prove themselves otherwise. */
  readonly openPaths?: readonly string[]
}

const loopbackName = /^(localhost|127\.0\.0\.1)(:\d+)?$/

/** Pages of other sites must neither read this one under a name of theirs, nor post to it. */
const comesFromHere = (ctx: Context): boolean => {
  const site = ctx.get('Sec-Fetch-Site')
  if (site !== '') return site === 'same-origin' || site === 'none'
  const origin = ctx.get('Origin')
  return origin === '' || origin === `http://${ctx.host}`
}

const guard =
  ({ openPaths = [] }: DemoAppNeeds): Middleware =>
  async (ctx, next) => {
    if (!loopbackName.test(ctx.host)) ctx.throw(421, 'only served as localhost')
    const reads = ctx.method === 'GET' || ctx.method === 'HEAD'
    if (!reads && !openPaths.includes(ctx.path) && !comesFromHere(ctx)) ctx.throw(403, 'posted from another site')
    await next()
  }

const headers = ({ formTargets = [] }: DemoAppNeeds): Middleware => {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "frame-src 'self'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return async (ctx, next) => {
    ctx.set('Content-Security-Policy', policy)
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Referrer-Policy', 'same-origin')
    ctx.set('Cache-Control', 'no-store')
    await next()
  }
}

const faults =
  ({ site, label, log }: DemoAppNeeds): Middleware =>
  async (ctx, next) => {
    let status = 404
    try {
      await next()
      if (ctx.status !== 404 || ctx.body !== undefined) return
    } catch (fault) {
      status = statusOf(fault)
      if (status >= 500) log.error({ err: fault, site: site('en') }, 'demonstration page failed')
    }
    const language = languageOf(ctx)
    const say = sayIn(language)
    const title =
      status === 404
        ? say('Page introuvable', 'Page not found')
        : say('Cette demande ne peut pas aboutir', 'This request cannot be met')
    const body = html`<h1>${title}</h1><p><a class="button" href="/">${say("Aller à l'accueil", 'Go to the home page')}</a></p>`
    ctx.status = status
    ctx.type = 'html'
    ctx.body = layout({ language, site: site(language), label: label(language), title, body })
  }

const statusOf = (fault: unknown): number => {
  if (typeof fault !== 'object' || fault === null || !('status' in fault)) return 500
  return typeof fault.status === 'number' ? fault.status : 500
}

const files: Middleware = async (ctx, next) => {
  const known: Readonly<Record<string, readonly [string, string]>> = {
    '/look.css': ['css', lookCss],
    '/icon.svg': ['image/svg+xml', iconSvg],
  }
  const file = known[ctx.path]
  if (file === undefined || ctx.method !== 'GET') return next()
  ctx.type = file[0]
  ctx.body = file[1]
}

/** A Koa application with what both sites of the demonstration share: headers, host and origin checks, error pages, files. */
export const makeDemoApp = (needs: DemoAppNeeds): Koa => {
  const app = new Koa()
  app.on('error', fault => needs.log.error({ err: fault, site: needs.site('en') }, 'demonstration answer failed'))
  app.use(headers(needs)).use(faults(needs)).use(guard(needs)).use(files)
  return app
}
