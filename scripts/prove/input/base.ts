/** The request that a shape spoils: all in order, but for one thing typed that keeps it from succeeding. */
import { aPerson, signUpFields } from '../../../test/support/people.ts'
import { REDIRECT_URI } from '../world/service.ts'
import { pair, type Request } from './request.ts'
import type { Route } from './routes.ts'
import { FORM } from './shapes/twists.ts'
import { pathOf, type Services, type Standing } from './standing.ts'

type Fields = { readonly [name: string]: string }

/** A key that no number has. */
const signUpTyped = (): Fields => ({ ...signUpFields(aPerson()), nirKey: '00', website: '' })

const pageTyped = (path: string): Fields => {
  if (path === '/inscription' || path === '/inscription/:uid') return signUpTyped()
  const { nir, email } = aPerson()
  const typed = { nir, email, password: 'Faux-Mot-2', passwordConfirmation: 'Autre-Mot-3' }
  // an action shows the form again there
  return path.includes('oublie') || path.includes('renvoi') ? typed : { ...typed, action: 'intruszqx' }
}

const protocolTyped = (path: string, standing: Standing, services: Services): Fields => {
  const { protocol } = standing
  const authorisation = Object.fromEntries(
    new URL(services.firstParty.request({ scope: 'openid email' }).url).searchParams,
  )
  const typed: { readonly [path: string]: Fields } = {
    '/authorize': authorisation,
    '/request': authorisation,
    '/token': {
      grant_type: 'authorization_code',
      code: protocol.code,
      redirect_uri: REDIRECT_URI,
      code_verifier: 'a'.repeat(43),
    },
    '/introspect': { token: protocol.access },
    '/revoke': { token: protocol.code, token_type_hint: 'access_token' },
    '/session/end': { id_token_hint: protocol.idToken, client_id: services.firstParty.id, state: 'intruszqx' },
    '/session/end/confirm': { xsrf: standing.tokens[path] ?? 'intruszqx' },
  }
  return typed[path] ?? {}
}

const AUTHENTICATED = new Set(['/token', '/introspect', '/revoke', '/request'])

const authorisationOf = (path: string, { protocol }: Standing, { firstParty }: Services) => {
  if (path === '/userinfo') return [['Authorization', `Bearer ${protocol.access}`] as const]
  if (!AUTHENTICATED.has(path) || protocol.secret === '') return []
  const basic = Buffer.from(`${firstParty.id}:${firstParty.secret}`).toString('base64')
  return [['Authorization', `Basic ${basic}`] as const]
}

const pairs = (fields: Fields): readonly string[] => Object.entries(fields).map(([name, value]) => pair(name, value))

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])

export type BaseNeeds = {
  readonly route: Route
  readonly method: string
  readonly standing: Standing
  readonly services: Services
  readonly host: string
  readonly network: string
}

export const baseRequest = ({ route, method, standing, services, host, network }: BaseNeeds): Request => {
  const { path, methods } = route
  const token = standing.tokens[path]
  const typed = methods.length > 0 ? pageTyped(path) : protocolTyped(path, standing, services)
  const sent = WITH_BODY.has(method)
  return {
    method,
    path: pathOf(route, standing.uids),
    query: sent || methods.length > 0 ? [] : pairs(typed),
    version: 'HTTP/1.1',
    hosts: [host],
    headers: [
      ['X-Forwarded-For', network],
      ['Accept', 'text/html'],
      ['Accept-Language', 'fr'],
      ...authorisationOf(path, standing, services),
    ],
    cookies: standing.cookies,
    fields: sent ? [...pairs(typed), ...(token === undefined ? [] : [pair('_token', token)])] : undefined,
    type: FORM,
  }
}
