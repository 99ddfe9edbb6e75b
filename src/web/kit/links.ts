import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { Cookies } from './cookies.ts'
import type { SentForm } from './desk.ts'

/** Seconds that a mailed link lives: told on the page of one that has expired. */
export type LinkSeconds = { readonly activation: number; readonly recovery: number }

type LinkName = 'activation' | 'recovery' | 'email' | 'undo' | 'move'

const KEPT_SECONDS = 24 * 3600
const TOKEN = /^[\w-]{1,128}$/
/** Links that one browser holds open at once: two people of one mailbox may be at it in two tabs. */
const MOST = 4

/** The query's name of a mailed link's token. */
export const TOKEN_PARAMETER = 'jeton'

const opened = (ctx: Context, cookies: Cookies, name: LinkName): readonly string[] => {
  const tokens = cookies.open(ctx, name)
  return Array.isArray(tokens) ? tokens.filter(token => typeof token === 'string') : []
}

/** Moves the token of a mailed link from the address to a cookie; true when there was one: redirect to the clean address. */
export const keepLink = (ctx: Context, cookies: Cookies, name: LinkName): boolean => {
  const given = ctx.query[TOKEN_PARAMETER]
  if (given === undefined) return false
  const token = typeof given === 'string' && TOKEN.test(given) ? given : ''
  const others = opened(ctx, cookies, name).filter(other => other !== token && other !== '')
  cookies.seal(ctx, name, [token, ...others].slice(0, MOST), KEPT_SECONDS)
  return true
}

/** The id of the forms shown for a link, which tells its tab from those of other links. Says nothing of the token. */
export const linkFormId = (token: string): string =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')

/**
 * The token of the link opened last or, when a form is sent, of the link whose page it stood on: never another tab's. An empty
 * text, which is nobody's, when there is none.
 */
export const keptLink = (ctx: Context, cookies: Cookies, name: LinkName, form?: SentForm): string => {
  const tokens = opened(ctx, cookies, name)
  if (!form || form.stale) return tokens[0] ?? ''
  return tokens.find(token => linkFormId(token) === form.formId) ?? ''
}
