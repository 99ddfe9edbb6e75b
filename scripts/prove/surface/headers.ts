/** Every path that is answered, by every method, against the list of headers of its kind. */
import type { Line } from '../front/front.ts'
import type { Fronted } from '../front/fronted.ts'
import { atLeast, is, type Row } from '../part.ts'

export type Route = { readonly path: string; readonly methods: readonly string[] }

/** On every answer, whatever it is. */
const ALWAYS: { readonly [name: string]: string } = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
}
const NEVER = ['x-powered-by', 'server', 'access-control-allow-credentials', 'x-request-id', 'etag']
const NONE = "'none'"
const SELF = "'self'"
const POLICY: { readonly [directive: string]: string } = {
  'default-src': NONE,
  'script-src': SELF,
  'style-src': SELF,
  'img-src': SELF,
  'media-src': SELF,
  'connect-src': SELF,
  'form-action': SELF,
  'base-uri': NONE,
  'frame-ancestors': NONE,
}
/** What the protocol may publish, and what never changes. */
const KEPT = /^\/(?:assets\/|\.well-known\/|jwks|inscription\/villes|controle\/|fournisseurs\/cles)/
/** The one page of the protocol that sends itself says which script does. */
const SELF_SENT = /^\/session\/end$/

const valuesOf = (lines: readonly Line[], wanted: string): readonly string[] =>
  lines.filter(([name]) => name === wanted).map(([, value]) => value)

const policyFaults = (policy: string, path: string, origin: string): readonly string[] => {
  const found = Object.fromEntries(
    policy.split(';').map(directive => {
      const [name = '', ...sources] = directive.trim().split(' ')
      return [name, sources.join(' ')]
    }),
  )
  const names = new Set([...Object.keys(POLICY), ...Object.keys(found)])
  return [...names].flatMap(name => {
    if (found[name] === POLICY[name]) return []
    if (name === 'script-src' && SELF_SENT.test(path) && /^'self'(?: 'sha256-[\w+/=]+')+$/.test(found[name] ?? ''))
      return []
    // the form that it sends goes to Guichet itself, named in full
    if (name === 'form-action' && SELF_SENT.test(path) && found[name] === `'self' ${origin}`) return []
    return [`content-security-policy ${name}`]
  })
}

/** A request's own forms lead to its service: not asked for here, so that no page may name another origin. */
const faultsOf = (url: URL, status: number, lines: readonly Line[]): readonly string[] => {
  const one = (name: string) => valuesOf(lines, name).join(', ')
  const always = Object.entries(ALWAYS).flatMap(([name, value]) => (one(name) === value ? [] : [name]))
  const never = NEVER.filter(name => valuesOf(lines, name).length > 0)
  const isPage = /text\/html/.test(one('content-type')) && status !== 204
  const redirect = status >= 300 && status < 400
  const closed = /no-store/.test(one('cache-control')) || (KEPT.test(url.pathname) && status === 200) || status === 204
  const cookies = valuesOf(lines, 'set-cookie').flatMap(cookie => {
    const whole = /; path=\/(?:;|$)/i.test(cookie)
    const named = whole ? /^__Host-/.test(cookie) : /^__Secure-/.test(cookie)
    const kept = /; secure/i.test(cookie) && /; httponly/i.test(cookie) && /; samesite=lax/i.test(cookie)
    return named && kept && !/; domain=/i.test(cookie) ? [] : ['set-cookie']
  })
  return [
    ...always,
    ...never.map(name => `${name} (there)`),
    ...policyFaults(one('content-security-policy'), url.pathname, url.origin),
    ...(closed || status >= 400 ? [] : ['cache-control']),
    ...(isPage && !redirect && one('content-type') !== 'text/html; charset=utf-8' ? ['content-type'] : []),
    ...(isPage && !/no-store/.test(one('cache-control')) ? ['cache-control of a page'] : []),
    ...cookies,
  ]
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']

export const routesOf = async ({ world }: Fronted): Promise<readonly Route[]> =>
  (await world.server().ask('routes')) as readonly Route[]

/** As somebody who has no request under way writes it. */
export const concrete = (path: string): string =>
  path
    .replace(/:uid\b/g, 'inconnu')
    .replace(/:(\w+)/g, '1')
    .replace(/[{}()*]/g, '')

export const headers = async (fronted: Fronted, progress: (line: string) => void): Promise<readonly Row[]> => {
  const { front, world } = fronted
  const routes = await routesOf(fronted)
  const home = await front.fetch(`${world.issuer}/`, {})
  const assets = [...(await home.text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  const paths = [
    ...new Set([...routes.map(({ path }) => concrete(path)), ...assets, '/nulle-part', '/assets/x', '//x', '/%']),
  ]
  const faults: string[] = []
  let answers = 0
  front.phase = 'headers'
  for (const path of paths) {
    progress(`headers of ${path}`)
    for (const method of METHODS)
      for (const accept of ['text/html', 'application/json']) {
        const form = { 'content-type': 'application/x-www-form-urlencoded' }
        await front.fetch(world.issuer + path, { method, headers: { accept, ...(method === 'POST' ? form : {}) } })
      }
  }
  for (const { phase, url, method, status, answered } of front.exchanges) {
    if (phase !== 'headers') continue
    answers += 1
    const at = new URL(url)
    for (const fault of faultsOf(at, status, answered)) faults.push(`${method} ${at.pathname} (${status}): ${fault}`)
  }
  front.phase = ''
  return [
    atLeast('paths that are answered, all of the router', paths.length, 40),
    atLeast('answers looked at', answers, 400),
    is('headers that are not as the list wants', faults.length, 0, [...new Set(faults)].slice(0, 8).join('; ')),
  ]
}
