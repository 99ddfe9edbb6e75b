/** A simulated FranceConnect for a world behind its front, and the ways to every error that it leads to. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeFranceConnect } from '../../../src/demo/france-connect/france-connect.ts'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { ErrorCode } from '../../../src/web/errors.ts'
import { aPerson, signUpFields } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import type { Fronted } from '../front/fronted.ts'
import type { TaintedService } from './services.ts'

const CLIENT = 'guichet-essais'
const SECRET = 'un-secret-de-demonstration-assez-long'

export type Upstream = {
  /** What a Guichet is told of it. */
  readonly settings: { readonly GUICHET_UPSTREAMS: string }
  /** From now on it knows that Guichet. */
  knows(issuer: string): void
  readonly issuer: string
  stop(): Promise<void>
}

export const openUpstream = async (): Promise<Upstream> => {
  let handle: RequestListener = (_, response) => void response.end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`
  const listed = { id: 'franceconnect', kind: 'franceconnect', issuer, clientId: CLIENT, clientSecret: SECRET }
  return {
    issuer,
    settings: { GUICHET_UPSTREAMS: JSON.stringify([listed]) },
    knows: guichet => {
      const client = {
        id: CLIENT,
        redirectUris: [`${guichet}/fournisseurs/franceconnect/retour`],
        postLogoutRedirectUris: [`${guichet}/fournisseurs/franceconnect/sortie`],
        scopes: ['openid', 'identite_pivot', 'preferred_username', 'email'],
        auth: { method: 'client_secret_post', secret: SECRET } as const,
      }
      handle = makeFranceConnect({ issuer, clients: [client] }).handle
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

type Ways = { readonly [code in Extract<ErrorCode, `FEDERATION_${string}`>]: () => Promise<unknown> }

export const waysToUpstreamErrors = (
  { world, visitor: newVisitor }: Fronted,
  { issuer }: Upstream,
  service: TaintedService,
): Ways => {
  /** From the page of sign-in to FranceConnect and back. */
  const come = async (visitor: Visitor, chosen: Readonly<Record<string, string>>): Promise<Page> => {
    const page = await visitor.get(service.request().url)
    const button = /class="france-connect-button" href="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const away = await visitor.get(world.issuer + button)
    const asked = await (await fetch(away.url, { redirect: 'manual' })).text()
    const request = /name="request" value="([^"]+)"/.exec(asked)?.[1] ?? ''
    const body = new URLSearchParams({ request, ...chosen })
    const answer = await fetch(`${issuer}/choix`, { method: 'POST', body, redirect: 'manual' })
    return visitor.get(answer.headers.get('location') ?? '')
  }
  const refusedBy = (error: string) => () => come(newVisitor(), { error })

  return {
    FEDERATION_DENIED: refusedBy('access_denied'),
    FEDERATION_UNAVAILABLE: refusedBy('server_error'),
    FEDERATION_MISCONFIGURED: refusedBy('invalid_scope'),
    FEDERATION_UNVERIFIED: () => come(newVisitor(), { person: 'elodie', fault: 'wrongNonce' }),
    FEDERATION_SUSPENDED: async () => {
      const person = testPeople.find(({ id }) => id === 'yann')
      if (!person) throw new Error('no such test person')
      const { nir } = person
      const { accounts } = world.foundations.stores
      const { lookup: ring, index } = world.foundations.configuration.keys
      const nirKeys = makeLookup({ ring, index }).nir(nir.number)
      const visitor = newVisitor()
      const question = await come(visitor, { person: person.id })
      if (!(await accounts.findHolder(nirKeys))) {
        const form = await visitor.submit(question, { answer: 'no' }, 'answer')
        const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
          ...aPerson(),
          nir: nir.number,
          nirKey: nir.key,
        })
        await visitor.submit(form, fields, 'create-account')
      }
      const holder = await accounts.findHolder(nirKeys)
      if (holder?.status === 'active') await accounts.change(holder.id, holder.version, { status: 'suspended' }, {})
      await come(newVisitor(), { person: person.id })
    },
  }
}
