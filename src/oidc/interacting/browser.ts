/**
 * A browser is bound to the requests that it began by one sealed cookie for each: the library's own is limited to one path.
 * It outlives the request, so that the service is still known when the person comes back late.
 */
import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import type { Vault } from '../../protection/vault.ts'

const LIFETIME_SECONDS = 24 * 3600
const MOST = 8
const PURPOSE = 'oidc:request'

export type Begun = { readonly uid: string; readonly serviceId: string; readonly at: number }

export type Browser = {
  remember(ctx: Context, begun: Omit<Begun, 'at'>): void
  /** The id of its session, as its cookie says. */
  sessionId(ctx: Context): string | undefined
  /** What this browser knows of the request, when it began it. */
  recall(ctx: Context, uid: string): Begun | undefined
}

type CookieContext = Pick<Context, 'req' | 'res'>

const isBegun = (value: unknown): value is Begun =>
  typeof value === 'object' &&
  value !== null &&
  'uid' in value &&
  typeof value.uid === 'string' &&
  'serviceId' in value &&
  typeof value.serviceId === 'string' &&
  'at' in value &&
  typeof value.at === 'number'

export const makeBrowser = ({
  vault,
  clock,
  secure,
  provider,
}: {
  readonly vault: Vault
  readonly clock: () => Date
  readonly secure: boolean
  readonly provider: () => Provider
}): Browser => {
  const prefix = `${secure ? '__Host-' : ''}guichet_request_`
  const nameOf = (uid: string): string => prefix + createHash('sha256').update(uid).digest('base64url').slice(0, 10)
  const options = { httpOnly: true, sameSite: 'lax', path: '/', signed: false, overwrite: true } as const
  // The provider's own context knows whether the issuer is https, whatever stands in front.
  const cookiesOf = (ctx: CookieContext) => provider().createContext(ctx.req, ctx.res).cookies

  const open = (sealed: string | undefined): Begun | undefined => {
    const begun = sealed === undefined ? undefined : vault.open(PURPOSE, sealed)
    if (!isBegun(begun)) return undefined
    return clock().getTime() - begun.at < LIFETIME_SECONDS * 1000 ? begun : undefined
  }

  /** Read here: Koa's own reader keeps a regular expression for every name that it was ever asked for, and these are endless. */
  const held = (ctx: CookieContext) =>
    (ctx.req.headers.cookie ?? '').split(';').flatMap(pair => {
      const [name = '', value] = pair.trim().split('=')
      return name.startsWith(prefix) ? [{ name, value }] : []
    })

  const dropOldest = (ctx: CookieContext, name: string, cookies: ReturnType<typeof cookiesOf>): void => {
    const others = held(ctx)
      .filter(cookie => cookie.name !== name)
      .map(cookie => ({ name: cookie.name, at: open(cookie.value)?.at ?? 0 }))
    const excess = others.length - (MOST - 1)
    if (excess <= 0) return
    for (const old of others.sort((a, b) => a.at - b.at).slice(0, excess)) cookies.set(old.name, null, options)
  }

  return {
    remember(ctx, { uid, serviceId }) {
      const cookies = cookiesOf(ctx)
      const name = nameOf(uid)
      const sealed = vault.seal(PURPOSE, { uid, serviceId, at: clock().getTime() })
      cookies.set(name, sealed, { ...options, maxAge: LIFETIME_SECONDS * 1000 })
      dropOldest(ctx, name, cookies)
    },

    sessionId: ctx => cookiesOf(ctx).get(provider().cookieName('session'), { signed: true }),

    recall(ctx, uid) {
      const name = nameOf(uid)
      const begun = open(held(ctx).find(cookie => cookie.name === name)?.value)
      return begun?.uid === uid ? begun : undefined
    },
  }
}
