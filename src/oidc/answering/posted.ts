/**
 * The specifications want GET and POST at the endpoints where people arrive. A POST from another site brings no SameSite=Lax cookie:
 * it is sent on as a GET, and arrives with them.
 */
import type { Context } from 'koa'
import { collectBody } from '../../operations/collect.ts'
import type { ProtocolErrorCode } from '../contracts.ts'

/** What either specification knows. Anything else may have been typed by somebody, and stays out of an address. */
const KNOWN: ReadonlySet<string> = new Set([
  'acr_values',
  'claims',
  'claims_locales',
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'display',
  'dpop_jkt',
  'id_token_hint',
  'login_hint',
  'logout_hint',
  'max_age',
  'nonce',
  'post_logout_redirect_uri',
  'prompt',
  'redirect_uri',
  'registration',
  'request',
  'request_uri',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'state',
  'ui_locales',
])

/** What a URL may hold for all servers on the way. */
const LIMITS = { bytes: 8_000, seconds: 15 }

/** notPosted: anything else is the library's. */
export type Posted =
  | { readonly kind: 'notPosted' }
  | { readonly kind: 'sentOn' }
  | { readonly kind: 'refused'; readonly code: ProtocolErrorCode }

export const sendPostedOn = async (ctx: Context, paths: ReadonlySet<string>): Promise<Posted> => {
  if (ctx.method !== 'POST' || !paths.has(ctx.path) || !ctx.is('application/x-www-form-urlencoded')) {
    return { kind: 'notPosted' }
  }
  const body = await collectBody(ctx.req, LIMITS)
  if (typeof body === 'string') {
    // what is left of it is not read
    ctx.set('Connection', 'close')
    return { kind: 'refused', code: body === 'tooLarge' ? 'TOO_LARGE' : 'REQUEST_REFUSED' }
  }
  const known = [...new URLSearchParams(body.toString('utf8'))].filter(([name]) => KNOWN.has(name))
  ctx.redirect(`${ctx.path}?${new URLSearchParams(known)}`)
  ctx.status = 303
  ctx.set('Cache-Control', 'no-store')
  return { kind: 'sentOn' }
}
