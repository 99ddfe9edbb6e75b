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
  /** From now on it knows that Guichet, and these people when they are not its usual ones: a list that may grow. */
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

/** `person` and `fault`, or `error`. */
type Chosen = Readonly<Record<string, string>>

/** Where FranceConnect's page sends who chooses this there. */
export const sentBack = async ({ issuer }: Pick<Upstream, 'issuer'>, away: string, chosen: Chosen): Promise<string> => {
  const asked = await (await fetch(away, { redirect: 'manual' })).text()
  const request = /name="request" value="([^"]+)"/.exec(asked)?.[1] ?? ''
  const body = new URLSearchParams({ request, ...chosen })
  const answer = await fetch(`${issuer}/choix`, { method: 'POST', body, redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

/** Back from FranceConnect's page, where this is chosen. */
export const chooseThere = async (
  upstream: Pick<Upstream, 'issuer'>,
  visitor: Visitor,
  away: string,
  chosen: Chosen,
): Promise<Page> => visitor.get(await sentBack(upstream, away, chosen))

/** From a page of sign-in to FranceConnect's. */
export const goThere = async (visitor: Visitor, page: Page): Promise<string> => {
  const button = /class="france-connect-button" href="([^"]+)"/.exec(page.body)?.[1] ?? ''
  return (await visitor.get(new URL(button, page.url).href)).url
}

/** From a page of sign-in to FranceConnect and back. */
export const comeBy = async (
  upstream: Pick<Upstream, 'issuer'>,
  visitor: Visitor,
  signIn: string,
  chosen: Chosen,
): Promise<Page> => chooseThere(upstream, visitor, await goThere(visitor, await visitor.get(signIn)), chosen)

/** Somebody of that number and name, born where nobody can be, as a fictitious number says. Another name is another sub. */
export const vouchedFor = (id: string, nir: TestPerson['nir'], familyName: string): TestPerson => {
  const [sex, year, month] = [nir.number[0], nir.number.slice(1, 3), nir.number.slice(3, 5)]
  return {
    id,
    about: ['une personne d’essai', 'a test person'],
    nir,
    claims: {
      given_name: 'Noé',
      given_name_array: ['Noé'],
      family_name: familyName,
      gender: sex === '1' ? 'male' : 'female',
      birthdate: `19${year}-${month}-15`,
      birthplace: '',
      birthcountry: '99999',
      email: `${id}@exemple.fr`,
    },
  }
}
