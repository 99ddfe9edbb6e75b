/** A request handed to the library and back: its context is its own, the answer is the outer application's. */
import type { Context, Middleware } from 'koa'
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { STORE_AWAY_SECONDS } from '../stores/contracts.ts'
import type { Answers } from './answering/answers.ts'
import { allowSource } from './answering/csp.ts'
import { sendPostedOn } from './answering/posted.ts'
import { cspSourceOf } from './clients/view.ts'
import { ROUTES } from './configuration.ts'
import type { Oidc } from './contracts.ts'
import { pressedAgain } from './interacting/paths.ts'
import type { OidcNeeds } from './needs.ts'
import { restoringAway, TemporarilyAway, translatingAway } from './storage/away.ts'
import { endSessionRecords } from './storage/ended.ts'
import { gatherSaves } from './storage/gathering.ts'

/** Documents that change when an operator changes them: services may keep them for a while. */
const CACHED: { readonly [path: string]: string } = {
  '/.well-known/openid-configuration': 'public, max-age=600',
  '/.well-known/oauth-authorization-server': 'public, max-age=600',
  '/jwks': 'public, max-age=600',
}

/** Pages where a service sends people, by a link or a form. */
const ARRIVALS: ReadonlySet<string> = new Set([ROUTES.authorization, ROUTES.end_session])

const SIGN_OUT_CONFIRMATION = `${ROUTES.end_session}/confirm`
const POSTED: ReadonlySet<string> = new Set([
  ROUTES.token,
  ROUTES.introspection,
  ROUTES.revocation,
  ROUTES.pushed_authorization_request,
])

/** An id as the library draws them: what else stands there is not written into another address. */
const RESUME = /^\/authorize\/([\w-]{21,})$/

const seeOther = (ctx: Context, url: string): void => {
  ctx.redirect(url)
  ctx.status = 303
  ctx.set('Cache-Control', 'no-store')
}

/** As the library routes them; OPTIONS where it answers browsers of other origins. */
const allowedOn = (path: string): string => {
  if (path === ROUTES.userinfo) return 'GET, HEAD, POST, OPTIONS'
  if (POSTED.has(path)) return 'POST, OPTIONS'
  return ARRIVALS.has(path) ? 'GET, HEAD, POST' : 'GET, HEAD'
}

const done = async (): Promise<void> => {}

/** Koa's own end of a request: what it does after the middleware, the answer written. */
type KoaInside = {
  handleRequest(ctx: KoaContextWithOIDC, middleware: (ctx: KoaContextWithOIDC) => Promise<void>): Promise<void>
}

export const makeHandling = ({
  provider,
  answers,
  pages,
  stores,
  clock,
}: Pick<OidcNeeds, 'pages' | 'stores' | 'clock'> & {
  readonly provider: Provider
  readonly answers: Answers
}): Pick<Oidc, 'handle' | 'handleForMachines'> => {
  const [routes] = provider.middleware
  if (!routes || provider.middleware.length !== 1) throw new Error('the library has other middleware than its routes')

  /** The library ended the session, which was told and recorded before (ending/sessions.ts). */
  const afterSignOut = async (inner: KoaContextWithOIDC): Promise<void> => {
    const { session } = inner.oidc
    if (!session || !('destroyed' in session)) return
    inner.set('Clear-Site-Data', '"cache", "storage"')
    await endSessionRecords(stores.artefacts, session.uid, clock())
  }

  /** Without a session there is nothing to ask: the library writes a form that sends itself, in English. */
  const signOutWithoutSession = (inner: KoaContextWithOIDC): void => {
    const { secret, postLogoutRedirectUri } = inner.oidc.session?.state ?? {}
    if (typeof secret !== 'string' || inner.status !== 200) return
    answers.formPost(inner, provider.urlFor('end_session_confirm'), { xsrf: secret, logout: 'yes' })
    // the form's answer redirects there, and Chromium holds redirects to form-action too
    const source = typeof postLogoutRedirectUri === 'string' ? cspSourceOf(postLogoutRedirectUri) : undefined
    if (source) allowSource(inner.res, 'form-action', source)
  }

  const finish = async (inner: KoaContextWithOIDC): Promise<void> => {
    const route: string | undefined = inner.oidc?.route
    if (route === 'end_session_confirm') await afterSignOut(inner)
    if (route === 'end_session' && !answers.shown(inner)) signOutWithoutSession(inner)
  }

  /** The path is ours, the method is not: a developer is told which one is. */
  const otherMethod = (outer: Pick<Context, 'path' | 'redirect' | 'set' | 'status' | 'body'>): void => {
    if (outer.path === SIGN_OUT_CONFIRMATION) {
      outer.set('Cache-Control', 'no-store')
      return outer.redirect(ROUTES.end_session)
    }
    const allowed = allowedOn(outer.path)
    outer.status = 405
    outer.set('Allow', allowed)
    outer.body = { error: 'invalid_request', error_description: `this endpoint takes ${allowed}` }
  }

  /** OPTIONS outside of a preflight, which the library leaves unanswered. */
  const tellMethods = (ctx: KoaContextWithOIDC): boolean => {
    if (ctx.method !== 'OPTIONS' || ctx.status !== 404) return false
    ctx.status = 204
    ctx.set('Allow', allowedOn(ctx.path))
    return true
  }

  const transfer = (inner: KoaContextWithOIDC, outer: Context): void => {
    const { status, body } = inner
    if (body !== undefined && body !== null) outer.body = body
    outer.status = status
  }

  const run = (inner: KoaContextWithOIDC): Promise<void> =>
    (routes as unknown as Middleware)(inner as unknown as Parameters<Middleware>[0], done) as Promise<void>

  /** The session is saved after everything else, outside of what the library answers by itself when it fails. */
  const runForPeople = async (inner: KoaContextWithOIDC): Promise<void> => {
    try {
      await translatingAway(() => gatherSaves(() => run(inner)))
    } catch (fault) {
      if (!(fault instanceof TemporarilyAway)) throw fault
      await answers.away(inner)
    }
  }

  const keepFor = (inner: KoaContextWithOIDC): void => {
    const cached = CACHED[inner.path]
    if (cached && inner.status === 200) inner.set('Cache-Control', cached)
  }

  /** The library tells that the store is away without saying when to ask again. */
  const tellWhen = (ctx: KoaContextWithOIDC): void => {
    if (ctx.status === 503) ctx.set('Retry-After', String(STORE_AWAY_SECONDS))
  }

  const forMachines = async (ctx: KoaContextWithOIDC): Promise<void> => {
    await run(ctx)
    tellWhen(ctx)
    if (ctx._matchedRouteName === undefined) return otherMethod(ctx)
    if (!tellMethods(ctx)) keepFor(ctx)
  }

  /**
   * Resumed already: a second click, the back button. Its own page says so, or leads on to the service; the library would write
   * over the cookie of the session that the first one has just had.
   */
  const isResumedAlready = async ({ path }: Pick<Context, 'path'>): Promise<string | undefined> => {
    const uid = RESUME.exec(path)?.[1]
    return uid !== undefined && !(await provider.Interaction.find(uid)) ? uid : undefined
  }

  return {
    // what is looked up before the library is asked and after it has answered
    handle: restoringAway(async outer => {
      const posted = await sendPostedOn(outer, ARRIVALS)
      if (posted.kind === 'sentOn') return
      if (posted.kind === 'refused') {
        return pages.error(outer, { code: posted.code, service: undefined, detail: undefined })
      }
      const over = await isResumedAlready(outer)
      if (over !== undefined) return seeOther(outer, pressedAgain(over))
      const inner = provider.createContext(outer.req, outer.res) as unknown as KoaContextWithOIDC
      inner.state = outer.state
      answers.begin(inner, outer)
      await runForPeople(inner)
      if (inner._matchedRouteName === undefined) return otherMethod(outer)
      tellMethods(inner)
      await finish(inner)
      keepFor(inner)
      tellWhen(inner)
      if (!answers.shown(inner)) transfer(inner, outer)
    }),

    handleForMachines: (req, res) =>
      (provider as unknown as KoaInside).handleRequest(
        provider.createContext(req, res) as unknown as KoaContextWithOIDC,
        forMachines,
      ),
  }
}
