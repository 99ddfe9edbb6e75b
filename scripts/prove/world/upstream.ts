/** A simulated FranceConnect for a world, and the way there and back. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeFranceConnect } from '../../../src/demo/france-connect/france-connect.ts'
import type { TestPerson } from '../../../src/demo/france-connect/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'

const CLIENT = 'guichet-essais'
const SECRET = 'un-secret-de-demonstration-assez-long'

export type Upstream = {
  /** What a Guichet is told of it. */
  readonly settings: { readonly GUICHET_UPSTREAMS: string }
  /** From now on it knows that Guichet, and these people when they are not its usual ones. */
  knows(issuer: string, people?: readonly TestPerson[]): void
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
    knows: (guichet, people) => {
      const client = {
        id: CLIENT,
        redirectUris: [`${guichet}/fournisseurs/franceconnect/retour`],
        postLogoutRedirectUris: [`${guichet}/fournisseurs/franceconnect/sortie`],
        scopes: ['openid', 'identite_pivot', 'preferred_username', 'email'],
        auth: { method: 'client_secret_post', secret: SECRET } as const,
      }
      handle = makeFranceConnect({ issuer, clients: [client], ...(people && { people }) }).handle
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** Back from FranceConnect's page, where this is chosen: `person` and `fault`, or `error`. */
export const chooseThere = async (
  { issuer }: Pick<Upstream, 'issuer'>,
  visitor: Visitor,
  away: string,
  chosen: Readonly<Record<string, string>>,
): Promise<Page> => {
  const asked = await (await fetch(away, { redirect: 'manual' })).text()
  const request = /name="request" value="([^"]+)"/.exec(asked)?.[1] ?? ''
  const body = new URLSearchParams({ request, ...chosen })
  const answer = await fetch(`${issuer}/choix`, { method: 'POST', body, redirect: 'manual' })
  return visitor.get(answer.headers.get('location') ?? '')
}

/** From a page of sign-in to FranceConnect and back. */
export const comeBy = async (
  upstream: Pick<Upstream, 'issuer'>,
  visitor: Visitor,
  signIn: string,
  chosen: Readonly<Record<string, string>>,
): Promise<Page> => {
  const page = await visitor.get(signIn)
  const button = /class="france-connect-button" href="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const away = await visitor.get(new URL(button, page.url).href)
  return chooseThere(upstream, visitor, away.url, chosen)
}
