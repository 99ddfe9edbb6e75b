/** A simulated FranceConnect for a Guichet on that port. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeFranceConnect } from '../../../src/demo/france-connect/france-connect.ts'
import type { TestPerson } from '../../../src/demo/france-connect/people.ts'
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'

/** So many rows may one journey have, and so many journeys one file. */
const PEOPLE = 150

/** Somebody whom no other row of a journey had: the store is one for the file. Born where nobody can be, as their number says. */
const somebody = (nth: number): TestPerson => {
  const nir = fictitiousNir(nth * 7919)
  const [sex = '1', year = '', month = ''] = [nir.number[0], nir.number.slice(1, 3), nir.number.slice(3, 5)]
  return {
    id: `personne-${nth}`,
    about: ['une personne d’essai', 'a test person'],
    nir,
    claims: {
      given_name: 'Noé Ève',
      given_name_array: ['Noé', 'Ève'],
      family_name: `ESSAI ${String.fromCharCode(65 + (nth % 26))}${String.fromCharCode(65 + Math.floor(nth / 26))}`,
      gender: sex === '1' ? 'male' : 'female',
      birthdate: `19${year}-${month}-15`,
      birthplace: '',
      birthcountry: '99999',
      email: `personne-${nth}@exemple.fr`,
    },
  }
}

export const manyPeople: readonly TestPerson[] = Array.from({ length: PEOPLE }, (_, nth) => somebody(nth))

const SECRET = 'un-secret-de-demonstration-assez-long'
const CLIENT = 'guichet-essais'

export const openFranceConnect = async (guichetPort: number) => {
  let handle: RequestListener = (_, response) => void response.end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}/api/v2`
  const guichet = `http://localhost:${guichetPort}`
  const { handle: answer } = makeFranceConnect({
    issuer,
    // looked at each time: it is moved
    clock: () => Date.now(),
    people: manyPeople,
    clients: [
      {
        id: CLIENT,
        redirectUris: [`${guichet}/fournisseurs/franceconnect/retour`],
        postLogoutRedirectUris: [`${guichet}/fournisseurs/franceconnect/sortie`],
        scopes: ['openid', 'identite_pivot', 'preferred_username', 'email'],
        auth: { method: 'client_secret_post', secret: SECRET },
      },
    ],
  })
  handle = answer
  const upstream = { id: 'franceconnect', kind: 'franceconnect', issuer, clientId: CLIENT, clientSecret: SECRET }
  return {
    origin,
    settings: { GUICHET_PORT: String(guichetPort), GUICHET_UPSTREAMS: JSON.stringify([upstream]) },
    stop: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
