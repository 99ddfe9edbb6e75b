import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'

/** Cookies are shared by all ports of localhost: these names are the sample service's alone. */
const names = {
  session: 'mes_demarches_session',
  browser: 'mes_demarches_navigateur',
  notice: 'mes_demarches_message',
} as const

const options = { httpOnly: true, sameSite: 'lax', path: '/', overwrite: true } as const

export const sessionCookie = {
  get: (ctx: Context): string => ctx.cookies.get(names.session) ?? '',
  set: (ctx: Context, id: string): void => void ctx.cookies.set(names.session, id, options),
  clear: (ctx: Context): void => void ctx.cookies.set(names.session, null, options),
}

/** What an answer is bound to: only the browser that began a sign-in or a sign-out can finish it. */
export const browserCookie = {
  get: (ctx: Context): string => ctx.cookies.get(names.browser) ?? '',
  ensure(ctx: Context): string {
    const known = ctx.cookies.get(names.browser)
    if (known !== undefined) return known
    const id = randomBytes(16).toString('base64url')
    ctx.cookies.set(names.browser, id, options)
    return id
  },
}

/** What the next page is to say, once. */
export const noticeCookie = {
  set: (ctx: Context, code: string): void => void ctx.cookies.set(names.notice, code, options),
  take(ctx: Context): string | undefined {
    const code = ctx.cookies.get(names.notice)
    if (code !== undefined) ctx.cookies.set(names.notice, null, options)
    return code
  },
}
