/** Where the library would answer with pages of its own: ours instead, on the outer application's context. */
import type { Context } from 'koa'
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { ambientOf } from '../../operations/ambient.ts'
import type { Clients } from '../clients/clients.ts'
import { cspSourceOf } from '../clients/view.ts'
import type { ServiceView } from '../contracts.ts'
import type { Browser } from '../interacting/browser.ts'
import { pressedAgain } from '../interacting/paths.ts'
import type { OidcNeeds } from '../needs.ts'
import { forgetSaves } from '../storage/gathering.ts'
import { AUTO_SUBMIT_HASH, autoSubmitPage } from './auto-submit.ts'
import { allowSource } from './csp.ts'
import { codeOf } from './errors.ts'

/** Asked by machines, whatever they say that they accept. */
const MACHINE_ROUTES = new Set([
  'token',
  'userinfo',
  'introspection',
  'revocation',
  'pushed_authorization_request',
  'jwks',
  'discovery',
])

const PAGE_STATUSES = new Set([200, 400, 500])

export type Answers = {
  /** Ties the library's context to the outer one for the time of a request. */
  begin(inner: KoaContextWithOIDC, outer: Context): void
  /** Whether a page was shown: the outer context holds the answer then. */
  shown(inner: KoaContextWithOIDC): boolean
  /** Shows that the store is away, and sends nothing of what was answered before that was known. */
  away(inner: KoaContextWithOIDC): Promise<void>
  renderError(ctx: KoaContextWithOIDC, out: ErrorOut, fault: Error): Promise<void>
  signOut(ctx: KoaContextWithOIDC): Promise<void>
  signedOut(ctx: KoaContextWithOIDC): Promise<void>
  formPost(ctx: KoaContextWithOIDC, action: string, fields: { readonly [name: string]: unknown }): void
}

export const makeAnswers = ({
  pages,
  clients,
  browser,
}: Pick<OidcNeeds, 'pages'> & { readonly clients: Clients; readonly browser: Browser }): Answers => {
  const outers = new WeakMap<object, Context>()
  const pagesShown = new WeakSet<object>()

  const outerOf = (inner: KoaContextWithOIDC): Context => {
    const outer = outers.get(inner)
    if (!outer) throw new Error('a request that did not come through handle()')
    pagesShown.add(inner)
    return outer
  }

  const serviceOf = async (ctx: KoaContextWithOIDC): Promise<ServiceView | undefined> => {
    if (ctx.oidc.client) return clients.view(ctx.oidc.client.clientId)
    const { uid } = ctx.params ?? {}
    return typeof uid === 'string' ? clients.view(browser.recall(ctx as unknown as Context, uid)?.serviceId) : undefined
  }

  const keepCookie = (ctx: KoaContextWithOIDC): void => {
    const session = ctx.oidc.provider.cookieName('session')
    const set = [ctx.res.getHeader('set-cookie') ?? []].flat().map(String)
    ctx.res.setHeader(
      'set-cookie',
      set.filter(line => !line.startsWith(`${session}=`) && !line.startsWith(`${session}.sig=`)),
    )
  }

  /** Another click resumed the request at that very moment. Its own page says so, and the session that the other one has is left alone. */
  const resumedAlready = (ctx: KoaContextWithOIDC, uid: string): void => {
    keepCookie(ctx)
    const outer = outerOf(ctx)
    outer.redirect(pressedAgain(uid))
    outer.status = 303
  }

  const away: Answers['away'] = async inner => {
    inner.remove('Location')
    keepCookie(inner)
    await pages.error(outerOf(inner), { code: 'STORE_AWAY', service: undefined, detail: undefined })
  }

  const formPost: Answers['formPost'] = (ctx, action, fields) => {
    // an error that would have been a redirect: without a Location, only a page may carry the form
    if (!PAGE_STATUSES.has(ctx.status)) ctx.status = 'error' in fields ? 400 : 200
    allowSource(ctx.res, 'script-src', AUTO_SUBMIT_HASH)
    const source = cspSourceOf(action)
    if (source) allowSource(ctx.res, 'form-action', source)
    const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
    ctx.type = 'html'
    ctx.body = autoSubmitPage(ambientOf(ctx.req).language, action, texts, pages.stylesheet)
  }

  return {
    begin: (inner, outer) => {
      outers.set(inner, outer)
    },
    shown: inner => pagesShown.has(inner),
    away,
    formPost,

    async renderError(ctx, out, fault) {
      forgetSaves()
      if (MACHINE_ROUTES.has(ctx.oidc.route)) {
        ctx.body = out
        return
      }
      const code = codeOf(fault)
      const { uid } = ctx.params ?? {}
      const own = typeof uid === 'string' && browser.recall(ctx as unknown as Context, uid) !== undefined
      if (code === 'INTERACTION_EXPIRED' && own) return resumedAlready(ctx, uid)
      const signedOut = ctx.oidc.route === 'end_session_confirm' && ctx.oidc.session?.accountId === undefined
      // a second click on « sign out »: there is no session any more, and that is what was asked for
      if (code === 'REQUEST_REFUSED' && signedOut) return pages.signedOut(outerOf(ctx), undefined)
      if (code === 'STORE_AWAY') return away(ctx)
      const service = await serviceOf(ctx)
      await pages.error(outerOf(ctx), { code, service, detail: code === 'FAULT' ? undefined : out.error_description })
    },

    async signOut(ctx) {
      const { session, client } = ctx.oidc
      const state = session?.state ?? {}
      const xsrf = String(state.secret)
      const uri = typeof state.postLogoutRedirectUri === 'string' ? state.postLogoutRedirectUri : undefined
      await pages.signOut(outerOf(ctx), {
        action: ctx.oidc.provider.pathFor('end_session_confirm'),
        xsrf,
        service: client && (await clients.view(client.clientId)),
        redirectOrigin: cspSourceOf(uri),
      })
    },

    async signedOut(ctx) {
      const { client } = ctx.oidc
      await pages.signedOut(outerOf(ctx), client && (await clients.view(client.clientId)))
    },
  }
}
