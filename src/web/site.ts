import type { RequestListener } from 'node:http'
import Router from '@koa/router'
import Koa, { type Context, type Next } from 'koa'
import type { Oidc } from '../oidc/contracts.ts'
import { ambientOf } from '../operations/ambient.ts'
import type { Health } from '../operations/health.ts'
import { type Log, logRequest, statusTold } from '../operations/log.ts'
import type { AnswerUnread } from '../operations/unread.ts'
import { logUnsent } from '../operations/unsent.ts'
import { makeCrowdDoor } from './crowd-door.ts'
import type { Cookies } from './kit/cookies.ts'
import type { Desk } from './kit/desk.ts'
import { readableOrigin } from './kit/origin.ts'
import { makeMachineDoor } from './machine-door.ts'
import { arrival } from './middleware/arrival.ts'
import { serveAssets } from './middleware/assets.ts'
import { catchFaults } from './middleware/faults.ts'
import { onlyHost } from './middleware/host.ts'
import { languageLink } from './middleware/language.ts'
import { makeAnswerUnread } from './unread-page.ts'
import type { Assets } from './views/assets.ts'
import type { Views } from './views/engine.ts'

export type SiteNeeds = {
  readonly issuer: string
  readonly cookies: Cookies
  readonly desk: Desk
  readonly views: Views
  readonly assets: Assets
  readonly oidc: Pick<Oidc, 'owns' | 'handle' | 'ownsForMachines' | 'handleForMachines' | 'paths'>
  readonly health: Pick<Health, 'live' | 'ready'>
  /** Whether the machine hashes all that it can. */
  readonly full: () => boolean
  readonly log: Log
  readonly networkOf: (remoteAddress: string | undefined, forwardedFor: string | undefined) => string
  /** What follows an answer of the protocol's. */
  readonly afterProtocol: (ctx: Context) => Promise<void>
  /** Every journey's pages, each adding its own routes. */
  readonly pages: readonly ((router: Router) => void)[]
}

/** A path, ids as `:uid`, and the methods that have an answer of their own there; none: whoever owns the path says. */
export type Route = { readonly path: string; readonly methods: readonly string[] }

export type Site = {
  readonly handle: RequestListener
  /** Answers what cannot be read as a request. */
  readonly unread: AnswerUnread
  /** Everything that is answered by more than « not found »: what tools walk through, so that no page is forgotten. */
  readonly routes: readonly Route[]
}

const LIVE = '/health/live'
const READY = '/health/ready'

const answerHealth =
  (health: SiteNeeds['health']) =>
  async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.path !== LIVE && ctx.path !== READY) return next()
    const { status, body } = ctx.path === LIVE ? health.live() : await health.ready()
    ctx.status = status
    ctx.type = 'application/json'
    ctx.set('Cache-Control', 'no-store')
    ctx.body = JSON.stringify(body)
  }

/** One line a request: its route, never its path nor its query. */
const logRequests =
  (log: Log, owns: (path: string) => boolean) =>
  async (ctx: Context, next: Next): Promise<void> => {
    const start = performance.now()
    const line = () => {
      const route = (ctx._matchedRoute as string | undefined) ?? (owns(ctx.path) ? protocolRoute(ctx.path) : undefined)
      const milliseconds = performance.now() - start
      const { requestId: request } = ambientOf(ctx.req)
      logRequest(log, {
        request,
        method: ctx.method,
        route,
        status: statusTold(ctx.res),
        milliseconds,
        code: ctx.state.errorCode,
      })
    }
    ctx.res.once('close', line)
    await next()
  }

/** /authorize/<uid> holds an id that is nobody's business. */
const protocolRoute = (path: string): string => (path.startsWith('/authorize/') ? '/authorize/:uid' : path)

const routesOf = (router: Router, owned: readonly string[]): readonly Route[] => [
  ...router.stack.map(({ path, methods }) => ({ path: String(path), methods })),
  ...[...owned, LIVE, READY].map(path => ({ path, methods: [] })),
]

/** The whole site: the machines' door and the crowd's, then one Koa application: what every answer shares, the protocol, the journeys. */
export const makeSite = (needs: SiteNeeds): Site => {
  const { issuer, cookies, desk, views, assets, oidc, health, full, log, networkOf, afterProtocol, pages } = needs
  const { host, protocol } = new URL(issuer)
  const secure = protocol === 'https:'
  const router = new Router()
  for (const add of pages) add(router)

  const site = new Koa()
  site.silent = true
  site.on('error', logUnsent(log))
  site.use(arrival({ cookies, secure, networkOf }))
  site.use(catchFaults({ desk, log }))
  site.use(answerHealth(health))
  site.use(logRequests(log, oidc.owns))
  // RFC 9112, 3.2: without a Host, or with several, the request is a bad one
  site.use(onlyHost(host, (ctx, why) => desk.error(ctx, why === 'absent' ? 'BAD_REQUEST' : 'HOST_UNKNOWN')))
  site.use(serveAssets(assets))
  site.use(async (ctx, next) => {
    if (!oidc.owns(ctx.path)) return next()
    await oidc.handle(ctx)
    await afterProtocol(ctx)
  })
  site.use(languageLink(cookies, path => router.match(path, 'GET').route))
  site.use(router.routes())
  site.use(ctx => {
    const methods = new Set(router.match(ctx.path, ctx.method).path.flatMap(layer => layer.methods))
    if (methods.size > 0) ctx.set('Allow', [...methods].sort().join(', '))
    desk.error(ctx, methods.size > 0 ? 'METHOD' : 'NOT_FOUND')
  })
  const throughMachineDoor = makeMachineDoor({ host, secure, oidc, log, networkOf })
  const turnedAway = makeCrowdDoor({ host, secure, full, views, cookies, log })
  const handle = site.callback()
  return {
    unread: makeAnswerUnread({ secure, views, log }),
    routes: routesOf(router, oidc.paths),
    handle: (req, res) => {
      readableOrigin(req)
      if (!throughMachineDoor(req, res) && !turnedAway(req, res)) void handle(req, res)
    },
  }
}
