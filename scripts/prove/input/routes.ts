/** What there is to send to: the router's list, and what discovery says. */
import type { Route } from '../../../src/web/site.ts'
import type { Server } from '../world/servers.ts'

export type { Route } from '../../../src/web/site.ts'

/** RFC 9110's, some of WebDAV's, and one that is nobody's. */
export const METHODS = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'ZQX',
]
/** Node answers these by itself. */
export const NODES_OWN: ReadonlySet<string> = new Set(['CONNECT', 'ZQX'])

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string' && 'methods' in value

const ofServer = async (server: Server): Promise<readonly Route[]> => {
  const routes = await server.ask('routes')
  if (!Array.isArray(routes) || !routes.every(isRoute)) throw new Error('a server without a list of routes')
  const methods = new Map<string, Set<string>>()
  for (const route of routes) {
    const known = methods.get(route.path) ?? new Set()
    methods.set(route.path, new Set([...known, ...route.methods]))
  }
  return [...methods].map(([path, of]) => ({ path, methods: [...of] }))
}

const inDiscovery = async (server: Server, issuer: string): Promise<readonly string[]> => {
  const answer = await server.fetch(`${issuer}/.well-known/openid-configuration`, {})
  const document: unknown = await answer.json()
  return Object.values(Object(document)).flatMap(value =>
    typeof value === 'string' && value.startsWith(`${issuer}/`) ? [new URL(value).pathname] : [],
  )
}

export type Routes = {
  readonly all: readonly Route[]
  /** Those of pages: the protocol's and the operator's have no methods of the router's. */
  isPage(route: Route): boolean
  /** Said by discovery, and owned by no route. */
  readonly unowned: readonly string[]
}

export const readRoutes = async (server: Server, issuer: string): Promise<Routes> => {
  const known = await ofServer(server)
  const said = await inDiscovery(server, issuer)
  const others = ['/assets/intruszqx.css', '/intruszqx', '/favicon.ico'].map(path => ({ path, methods: [] }))
  return {
    all: [...known, ...others],
    isPage: ({ methods }) => methods.length > 0,
    unowned: said.filter(path => !known.some(route => route.path === path)),
  }
}
