import type { Context } from 'koa'
import type { Cookies } from './cookies.ts'

/** Seconds that a mailed link lives. */
export const LINK_LIFETIME = { activation: 24 * 3600, recovery: 3600 } as const

const KEPT_SECONDS = 24 * 3600
const TOKEN = /^[\w-]{1,128}$/

/** The query's name of a mailed link's token. */
export const TOKEN_PARAMETER = 'jeton'

/** Moves the token of a mailed link from the address to a cookie; true when there was one: redirect to the clean address. */
export const keepLink = (ctx: Context, cookies: Cookies, name: 'activation' | 'recovery'): boolean => {
  const token = ctx.query[TOKEN_PARAMETER]
  if (token === undefined) return false
  cookies.seal(ctx, name, typeof token === 'string' && TOKEN.test(token) ? token : '', KEPT_SECONDS)
  return true
}

/** The token kept, or an empty text, which is nobody's. */
export const keptLink = (ctx: Context, cookies: Cookies, name: 'activation' | 'recovery'): string => {
  const token = cookies.open(ctx, name)
  return typeof token === 'string' ? token : ''
}
