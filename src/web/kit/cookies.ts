import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import type { SealedCookies } from '../../protection/sealed-cookie.ts'

export type CookieName =
  | 'browser'
  | 'language'
  | 'signUp'
  | 'mailbox'
  | 'devices'
  | 'activation'
  | 'recovery'
  | 'email'
  | 'undo'
  | 'move'
  | 'upstream'
  | 'linking'

/**
 * Guichet's own cookies: HttpOnly, SameSite=Lax, path /, `__Host-` over HTTPS so that a sibling host cannot toss one.
 * All but the language's choice are sealed for their name, with their end inside.
 */
export type Cookies = {
  plain(ctx: Context, name: CookieName): string | undefined
  /** The same where no page is made. */
  plainIn(req: IncomingMessage, name: CookieName): string | undefined
  setPlain(ctx: Context, name: CookieName, value: string, seconds?: number): void
  /** undefined when absent, changed, expired, or sealed for another name. */
  open(ctx: Context, name: CookieName): unknown
  /** `keep`: the cookie outlives the browser's session, for as long as its content does. */
  seal(ctx: Context, name: CookieName, value: unknown, seconds: number, keep?: 'keep'): void
  clear(ctx: Context, name: CookieName): void
}

export const makeCookies = ({
  secure,
  sealed,
  clock,
}: {
  readonly secure: boolean
  readonly sealed: SealedCookies
  readonly clock: () => Date
}): Cookies => {
  const nameOf = (name: CookieName) => `${secure ? '__Host-' : ''}guichet-${name}`
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/', overwrite: true, signed: false } as const
  const plainIn: Cookies['plainIn'] = ({ headers }, name) => {
    const start = `${nameOf(name)}=`
    return headers.cookie
      ?.split(';')
      .map(pair => pair.trimStart())
      .find(pair => pair.startsWith(start))
      ?.slice(start.length)
  }
  const plain: Cookies['plain'] = (ctx, name) => ctx.cookies.get(nameOf(name), { signed: false })
  const setPlain: Cookies['setPlain'] = (ctx, name, value, seconds) => {
    // behind a proxy the socket is not encrypted, though the person's connection is
    ctx.cookies.secure = secure
    ctx.cookies.set(nameOf(name), value, { ...options, ...(seconds ? { maxAge: seconds * 1000 } : {}) })
  }
  return {
    plain,
    plainIn,
    setPlain,
    open: (ctx, name) => sealed.open(name, plain(ctx, name)),
    seal: (ctx, name, value, seconds, keep) => {
      const end = new Date(clock().getTime() + seconds * 1000)
      setPlain(ctx, name, sealed.seal(name, value, end), keep ? seconds : undefined)
    },
    clear: (ctx, name) => {
      if (plain(ctx, name) === undefined) return
      ctx.cookies.secure = secure
      ctx.cookies.set(nameOf(name), null, options)
    },
  }
}
