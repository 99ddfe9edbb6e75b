/** Every error that a page can show, come to with personal data in hand. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { ErrorCode } from '../../../src/web/errors.ts'
import type { Visitor } from '../../../test/support/visitor.ts'
import type { TaintedPerson } from './ledger.ts'
import { type JourneyNeeds, typedBy } from './people.ts'
import type { TaintedService } from './services.ts'

/** All but those of an upstream provider (upstream.ts). */
type Ways = { readonly [code in Exclude<ErrorCode, `FEDERATION_${string}`>]: () => Promise<unknown> }

const TURN = 'submissionTurn'

/** A request whose Host no client of the front would send. */
const asHost = (port: number, host: string, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { host } }, answer => {
      answer.resume()
      answer.once('end', () => resolve())
    })
    sent.once('error', reject)
    sent.end()
  })

/** Bytes as they are, until the server ends the connection. */
const raw = (port: number, bytes: string): Promise<void> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.resume()
    socket.once('error', () => resolve())
    socket.once('close', () => resolve())
  })

export const waysToErrors = (needs: JourneyNeeds, person: TaintedPerson, service: TaintedService): Ways => {
  const { fronted } = needs
  const { world, visitor: newVisitor } = fronted
  const { stores, configuration } = world.foundations
  const { lookup: ring, index } = configuration.keys
  const lookup = makeLookup({ ring, index })
  const at = (path: string): string => world.issuer + path
  const typed = { ...typedBy(person), password: person.wrongPassword }
  const begun = async (visitor: Visitor): Promise<string> => (await visitor.get(service.request().url)).url

  return {
    NOT_FOUND: () => newVisitor().get(at(`/${encodeURIComponent(person.birthName)}`)),
    METHOD: () => newVisitor().post(at('/aide'), typed),
    BAD_REQUEST: () => newVisitor().post(at('/inscription'), typed, { 'content-type': 'text/plain' }),
    TOO_LARGE: () => newVisitor().post(at('/inscription'), { ...typed, more: 'a'.repeat(70_000) }),
    HEADERS_TOO_LARGE: () => raw(world.server().port, `GET /${person.nir}${'x'.repeat(17_000)} HTTP/1.1\r\n`),
    COOKIES_TOO_LARGE: () =>
      raw(world.server().port, `GET /${person.nir} HTTP/1.1\r\nCookie: a=${person.nir}${'x'.repeat(17_000)}\r\n\r\n`),
    TOO_SLOW: () => raw(world.server().port, `GET /${person.nir} HTTP/1.1\r\n`),
    HOST_UNKNOWN: () => asHost(world.server().port, `${person.nir}.exemple.test`, `/${person.nir}`),
    CROSS_SITE: () => newVisitor().post(at('/inscription'), typed, { 'sec-fetch-site': 'cross-site' }),
    COOKIES_OFF: () => newVisitor().post(at('/connexion/x'), typed),
    BUSY: async () => {
      const visitor = newVisitor()
      const form = await visitor.get(at('/inscription'))
      const id = /name="_token" value="([\w-]{22})/.exec(form.body)?.[1] ?? ''
      // somebody else is at this form for longer than the page waits
      await stores.records.putNew(TURN, id, {}, new Date(Date.now() + 60_000))
      await visitor.submit(form, typed, 'birthName')
    },
    STORE_AWAY: async () => {
      const visitor = newVisitor()
      const form = await visitor.get(service.request().url)
      await world.store.away(() => visitor.submit(form, { nir: person.nir, password: person.password }, 'password'))
    },
    FAULT: async () => {
      const { nir } = person
      const visitor = newVisitor()
      const form = await visitor.get(service.request({ prompt: 'consent' }).url)
      const consent = await visitor.submit(form, { nir, password: person.password }, 'password')
      const holder = await stores.accounts.findHolder(lookup.nir(nir))
      if (!holder) throw new Error('nobody holds the number')
      const { id, version, sealed } = holder
      if ((await stores.accounts.change(id, version, { sealed: 'x' }, {})) !== 'changed') throw new Error('not changed')
      await visitor.get(consent.url)
      await stores.accounts.change(id, version + 1, { sealed }, {})
    },
    INTERACTION_OVER: async () => {
      const visitor = newVisitor()
      const url = await begun(visitor)
      await visitor.get(`${url}/retour`)
      await visitor.post(url, typed)
      await visitor.get(url)
    },
    INTERACTION_EXPIRED: () => newVisitor().get(at(`/connexion/${encodeURIComponent(person.email)}`)),
    SERVICE_UNKNOWN: () => newVisitor().get(service.request({ client_id: person.nir }).url),
    REDIRECT_URI_UNKNOWN: () =>
      newVisitor().get(service.request({ redirect_uri: `https://ailleurs.exemple.fr/${person.nir}` }).url),
    REQUEST_REFUSED: () => newVisitor().get(at(`/session/end?id_token_hint=${person.nir}`)),
  }
}

const PATHS = [
  '/',
  '/connexion',
  '/connexion/x',
  '/connexion/x/continuer',
  '/inscription',
  '/inscription/messagerie',
  '/inscription/renvoi',
  '/inscription/villes',
  '/mot-de-passe-oublie',
  '/mot-de-passe-oublie/nouveau',
  '/activation',
  '/autorisation/x',
  '/deconnexion',
  '/nulle-part',
  '/authorize',
  '/authorize/x',
  '/token',
  '/userinfo',
  '/introspect',
  '/revoke',
  '/request',
  '/jwks',
  '/session/end',
  '/session/end/confirm',
  '/health/ready',
]

/** Everything, wherever somebody careless or hostile may put it: address, query, body, headers, cookies. */
export const goAstray = async ({ fronted, ledger }: JourneyNeeds, person: TaintedPerson): Promise<void> => {
  const { world, front } = fronted
  const someToken = ledger.needles.find(({ kind }) => kind === 'refresh token')?.text ?? 'x'
  const everything = new URLSearchParams({ ...typedBy(person), token: someToken, code: someToken }).toString()
  const ascii = (text: string): string => text.normalize('NFD').replace(/[^ -~]/g, '')
  const headers = {
    accept: 'text/html',
    cookie: ascii(`__Host-guichet-signUp=${person.email}; __Host-guichet_session=${person.nir}; x=${person.birthName}`),
    'user-agent': person.nir,
    'accept-language': ascii(person.birthName),
    'x-forwarded-host': person.nir,
    'x-request-id': person.nir,
    origin: world.issuer,
    referer: `https://ailleurs.exemple.fr/${person.nir}`,
  }
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
  for (const path of PATHS) {
    const url = world.issuer + path
    const basic = { authorization: `Basic ${Buffer.from(`${person.nir}:${person.wrongPassword}`).toString('base64')}` }
    await front.fetch(`${url}?${everything}`, { headers })
    await front.fetch(`${url}?lang=en&${everything}`, { headers })
    await front.fetch(`${url}/${person.nir}`, { headers })
    await front.fetch(url, { method: person.nir.replace(/\d/g, 'A'), headers }).catch(() => undefined)
    for (const body of [everything, `${everything}&${everything}`, `${everything}&a=%`]) {
      await front.fetch(url, { method: 'POST', headers: form, body })
      await front.fetch(url, { method: 'POST', headers: { ...form, ...basic }, body })
    }
    const json = { ...headers, 'content-type': 'application/json' }
    await front.fetch(url, { method: 'POST', headers: json, body: JSON.stringify(typedBy(person)) })
    await front.fetch(url, { headers: { ...headers, authorization: `Bearer ${person.email}` } })
  }
}
