/** What somebody has who is in the middle of everything: a session, requests under way, forms shown, links mailed, tokens. */
import { randomInt } from 'node:crypto'
import { aPerson, linkOf, signUp } from '../../../test/support/people.ts'
import { makeVisitor, type Visitor } from '../../../test/support/visitor.ts'
import type { Server } from '../world/servers.ts'
import { type ProvedService, signInTo } from '../world/service.ts'
import type { World } from '../world/world.ts'
import type { Route } from './routes.ts'

export type Uids = {
  readonly login: string
  readonly create: string
  readonly select: string
  readonly consent: string
}
export type Protocol = {
  readonly idToken: string
  readonly access: string
  readonly refresh: string
  readonly code: string
  readonly secret: string
}
type Held = {
  readonly cookies: readonly (readonly [name: string, value: string])[]
  readonly uids: Partial<Uids>
  /** Of each page's form, by the page's pattern. */
  readonly tokens: { readonly [path: string]: string }
  readonly protocol: Protocol
  /** What only this person may read. */
  readonly own: readonly string[]
}
export type Standing = Held & { readonly other: Held }

const none: Protocol = { idToken: '', access: '', refresh: '', code: '', secret: '' }
export const nobody: Held = { cookies: [], uids: {}, tokens: {}, protocol: none, own: [] }

export type Services = { readonly firstParty: ProvedService; readonly other: ProvedService }

/** Somebody whose name is nobody else's. */
const somebodyNew = () =>
  aPerson({ birthName: `Zora-${Array.from({ length: 10 }, () => String.fromCharCode(97 + randomInt(26))).join('')}` })

/** Where ids of a page's pattern come from: the request whose page it is. */
export const uidOf = (pattern: string, uids: Partial<Uids>): string => {
  if (pattern.startsWith('/inscription')) return uids.create ?? 'abc'
  if (pattern.startsWith('/autorisation')) return uids.consent ?? 'abc'
  return (pattern.endsWith('/continuer') ? uids.select : uids.login) ?? 'abc'
}
export const pathOf = ({ path }: Route, uids: Partial<Uids>): string =>
  path.replace(':uid', uidOf(path, uids)).replace(/:[a-z]+/gi, '1')

const uidIn = ({ url }: { readonly url: string }): string =>
  /\/([A-Za-z0-9_-]{20,})(?:\/|$)/.exec(new URL(url).pathname)?.[1] ?? 'abc'

const begin = async (visitor: Visitor, { firstParty, other }: Services): Promise<Uids> => {
  const begun = async (service: ProvedService, parameters: { readonly [name: string]: string }) =>
    uidIn(await visitor.get(service.request(parameters).url))
  return {
    login: await begun(firstParty, { prompt: 'login' }),
    create: await begun(firstParty, { prompt: 'create' }),
    select: await begun(firstParty, { prompt: 'select_account' }),
    consent: await begun(other, { scope: 'openid profile email' }),
  }
}

const formTokens = async (visitor: Visitor, issuer: string, routes: readonly Route[], uids: Uids) => {
  const tokens: { [path: string]: string } = {}
  for (const route of routes.filter(({ methods }) => methods.includes('POST'))) {
    const page = await visitor.get(issuer + pathOf(route, uids))
    const token = /name="_token" value="([^"]+)"/.exec(page.body)?.[1]
    if (token) tokens[route.path] = token
  }
  return tokens
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export type MadeStanding = Held & { readonly accounts: number; readonly addresses: readonly string[] }

/** One person, all of it live. */
export const makeStanding = async (
  world: World,
  server: Server,
  routes: readonly Route[],
  services: Services,
): Promise<MadeStanding> => {
  const { issuer, mailTo } = world
  // a network of their own: limits would stand before what is looked at
  const network = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`
  const headers = { 'x-forwarded-for': network }
  const visitor = makeVisitor(issuer, headers, server.fetch)
  const elsewhere = makeVisitor(issuer, headers, server.fetch)
  const member = await world.enrol(somebodyNew())
  const [here, there] = [somebodyNew(), somebodyNew()]

  const granted = await signInTo(visitor, services.firstParty, member, { scope: 'openid email', prompt: 'login' })
  const { body } = await services.firstParty.redeem(server, granted)
  const { code } = await signInTo(visitor, services.firstParty, member)

  await signUp(visitor, { issuer }, here)
  await signUp(elsewhere, { issuer }, there)
  await visitor.get(linkOf(await mailTo(there.email, undefined, 30_000)))
  const forgotten = await elsewhere.get(`${issuer}/mot-de-passe-oublie`)
  await elsewhere.submit(forgotten, { nir: member.nir, email: member.email }, 'nir')
  const isLink = (mail: { readonly text: string }) => mail.text.includes('jeton=')
  await visitor.get(linkOf(await mailTo(member.email, isLink, 30_000)))

  const uids = await begin(visitor, services)
  const tokens = await formTokens(visitor, issuer, routes, uids)
  return {
    cookies: [...visitor.cookies].map(([key, value]) => [key.slice(0, key.lastIndexOf('|')), value] as const),
    uids,
    tokens,
    protocol: {
      idToken: text(body.id_token),
      access: text(body.access_token),
      refresh: text(body.refresh_token),
      code,
      secret: services.firstParty.secret,
    },
    own: [member.birthName, member.email],
    accounts: 3,
    addresses: [member.email, here.email, there.email],
  }
}
