/** All that was written or sent, sorted by the place where it was. */
import type { Exchange, Line } from '../front/front.ts'
import { HOST } from '../front/fronted.ts'
import type { Place } from './table.ts'

/** Something of a place, named for who reads of a leak: never by what it holds. */
export type Item = { readonly name: string; readonly bytes: Buffer | string }
export type Items = { readonly [place in Place]?: readonly Item[] }

/** Requests that put everything everywhere: their addresses are their own doing, what is answered is not. */
export const ASTRAY = 'astray'
export const BROWSER = 'browser'

export const isOwn = (url: string): boolean => URL.parse(url)?.hostname === HOST

const MACHINE = /^\/(?:token|userinfo|introspect|revoke|request)$/
const pathOf = (url: string): string => new URL(url).pathname.replace(/[\w-]{20,}/g, ':id')
const valuesOf = (lines: readonly Line[], wanted: string): readonly string[] =>
  lines.filter(([name]) => name === wanted).map(([, value]) => value)

const isPage = ({ status, answered }: Exchange): boolean =>
  (status < 300 || status >= 400) && valuesOf(answered, 'content-type').some(type => /html/.test(type))
const isError = ({ body }: Exchange): boolean => /(?:Code|code) [A-Z_]+, (?:référence|reference)/.test(body)
const isPosted = ({ body }: Exchange): boolean => /<form method="post" action="https?:\/\//.test(body)
const isCachable = ({ answered }: Exchange): boolean =>
  !valuesOf(answered, 'cache-control').some(value => /no-store/.test(value))

/** With what the library writes under it for people whose browser follows no redirect: the same address again. */
const leadsTo = (exchange: Exchange, own: boolean): readonly string[] => {
  const to = valuesOf(exchange.answered, 'location').filter(one => isOwn(new URL(one, exchange.url).href) === own)
  return to.length > 0 ? [...to, exchange.body] : []
}

const itemOf = (exchange: Exchange, bytes: string): Item => ({
  name: `${exchange.method} ${exchange.phase === ASTRAY ? 'astray' : pathOf(exchange.url)} → ${exchange.status}`,
  bytes,
})

const HEADERS_APART = new Set(['location', 'set-cookie'])

/** What the front saw pass. */
export const passed = (exchanges: readonly Exchange[]): Items => {
  const own = exchanges.filter(({ host }) => host === HOST)
  const straight = own.filter(({ phase }) => phase !== ASTRAY)
  const all = (from: readonly Exchange[], pick: (one: Exchange) => readonly string[]): readonly Item[] =>
    from.flatMap(exchange => pick(exchange).map(bytes => itemOf(exchange, bytes)))
  const bodies = (keep: (one: Exchange) => boolean): readonly Item[] =>
    all(own, exchange => (keep(exchange) ? [exchange.body] : []))
  const machine = ({ url }: Exchange): boolean => MACHINE.test(new URL(url).pathname)

  return {
    'addresses asked of Guichet': all(straight, ({ url }) => [url]),
    // a service that tells its own address is its own affair
    'Referer of any request': all(
      exchanges.filter(({ phase }) => phase !== ASTRAY),
      ({ asked }) => valuesOf(asked, 'referer').filter(isOwn),
    ),
    'redirects to Guichet itself': all(own, exchange => leadsTo(exchange, true)),
    'redirects to the service': all(own, exchange => leadsTo(exchange, false)),
    'cookies set': all(own, ({ answered }) => valuesOf(answered, 'set-cookie')),
    'other answer headers': all(own, ({ answered }) =>
      answered.filter(([name]) => !HEADERS_APART.has(name)).map(([name, value]) => `${name}: ${value}`),
    ),
    pages: bodies(one => isPage(one) && !isError(one) && !isPosted(one)),
    // its links may say the address that it answers
    'pages of error': all(own, one =>
      isPage(one) && isError(one) ? [one.body.replaceAll(new URL(one.url).pathname.replace(/^\/+/, '/'), '')] : [],
    ),
    'forms posted to the service': bodies(one => isPage(one) && isPosted(one)),
    'pages that may be cached': bodies(one => isCachable(one) && !machine(one)),
    'answers to services': bodies(one => machine(one) && !isPage(one)),
    'health answers': bodies(({ url }) => /^\/health\/\w+$/.test(new URL(url).pathname)),
    'addresses asked of the service': all(
      exchanges.filter(({ host }) => host !== HOST),
      ({ url }) => [url],
    ),
  }
}
