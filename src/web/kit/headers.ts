import type { ServerResponse } from 'node:http'
import type { Context } from 'koa'

type Policy = { readonly [directive: string]: readonly string[] }

const BASE: Policy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'media-src': ["'self'"],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
}

const written = (policy: Policy): string =>
  Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ')

const BASE_WRITTEN = written(BASE)

const ALWAYS = [
  ['Content-Security-Policy', BASE_WRITTEN],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
] as const

const ALWAYS_SECURE = [...ALWAYS, ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains']] as const

/** What every answer carries. */
export const securityHeaders = (secure: boolean): readonly (readonly [string, string])[] =>
  secure ? ALWAYS_SECURE : ALWAYS

/** Before anything else may answer. */
export const writeSecurityHeaders = (res: ServerResponse, secure: boolean): void => {
  for (const [name, value] of securityHeaders(secure)) res.setHeader(name, value)
}

/** Chromium applies form-action to the redirects that follow a form: the service's origin must be named, for that page alone. */
export const allowFormsTo = (ctx: Context, origin: string): void => {
  ctx.set('Content-Security-Policy', written({ ...BASE, 'form-action': ["'self'", origin] }))
}

/** A page is for one person and one moment: nothing keeps it. */
export const PAGE_HEADERS = [
  ['Cache-Control', 'no-store'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Vary', 'Cookie, Accept-Language'],
] as const

export const closePage = (ctx: Context): void => {
  for (const [name, value] of PAGE_HEADERS) ctx.set(name, value)
}
