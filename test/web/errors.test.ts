import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ErrorCode, errors } from '../../src/web/errors.ts'
import { sourceOf, sourcesBut } from '../builders/sources.ts'
import { freePort } from '../support/free-port.ts'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount } from '../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { waitFor } from '../support/wait.ts'
import { exchange, send } from './support/raw.ts'
import { aService, SERVICE_ORIGIN, signIn, signInOn, type TestService } from './support/services.ts'

let port: number
let guichet: Guichet
let service: TestService
beforeAll(async () => {
  port = await freePort()
  guichet = await startGuichet({ GUICHET_PORT: String(port), GUICHET_CONTACT: 'aide@guichet.example' })
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

type Speaker = (headers?: Readonly<Record<string, string>>) => Visitor
const speaking =
  (language: string): Speaker =>
  (headers = {}) =>
    makeVisitor(guichet.issuer, { 'accept-language': language, ...headers })

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const aSignInPage = async (visitor: Visitor) => (await visitor.get(service.request().url)).url

/** How a person, or something that is none, comes to each error; and where each leads on. */
const WAYS: { readonly [code in ErrorCode]?: readonly [(as: Speaker) => Promise<Page>, href: string | RegExp] } = {
  NOT_FOUND: [as => as().get(`${guichet.issuer}/nulle-part`), '/'],
  METHOD: [as => as().post(`${guichet.issuer}/aide`, {}), '/'],
  BAD_REQUEST: [as => as().post(`${guichet.issuer}/inscription`, {}, { 'content-type': 'text/plain' }), '/inscription'],
  TOO_LARGE: [as => as().post(`${guichet.issuer}/inscription`, { birthName: 'a'.repeat(70_000) }), '/inscription'],
  HEADERS_TOO_LARGE: [as => as().get(`${guichet.issuer}/${'x'.repeat(17_000)}`), '/'],
  COOKIES_TOO_LARGE: [
    as => {
      const visitor = as()
      visitor.cookies.set('tossed|/', 'x'.repeat(17_000))
      return visitor.get(`${guichet.issuer}/aide`)
    },
    '/aide',
  ],
  CROSS_SITE: [
    as => as().post(`${guichet.issuer}/inscription`, {}, { 'sec-fetch-site': 'cross-site' }),
    '/inscription',
  ],
  COOKIES_OFF: [as => as().post(`${guichet.issuer}/inscription`, {}), '/inscription'],
  SERVICE_UNKNOWN: [as => as().get(service.request({ client_id: 'inconnu' }).url), '/'],
  REDIRECT_URI_UNKNOWN: [
    as => as().get(service.request({ redirect_uri: 'https://ailleurs.exemple.fr/' }).url),
    `${SERVICE_ORIGIN}/`,
  ],
  REQUEST_REFUSED: [as => as({ accept: 'text/html' }).get(`${guichet.issuer}/session/end?id_token_hint=x`), '/'],
  INTERACTION_EXPIRED: [as => as().get(`${guichet.issuer}/connexion/inconnu`), '/'],
  INTERACTION_OVER: [
    async as => {
      const url = await aSignInPage(makeVisitor(guichet.issuer))
      const visitor = as()
      await visitor.get(`${guichet.issuer}/inscription`)
      return visitor.get(url)
    },
    `${SERVICE_ORIGIN}/`,
  ],
}

const lineOf = (id: string, msg = 'request') =>
  waitFor(() => guichet.logged.map(line => JSON.parse(line)).find(line => line.request === id && line.msg === msg))

const referenceOn = ({ body }: { readonly body: string }) =>
  /(?:Code|code) ([A-Z_]+), (?:référence|reference) ([\w-]+)/.exec(body) ?? []

describe('each page of error', () => {
  it.each(Object.entries(WAYS))(
    '%s has its status, a code, the id of the log and ways on, in both languages',
    async (code, way) => {
      const [come, href] = way
      const { status } = errors[code as ErrorCode]
      for (const language of ['fr', 'en']) {
        const page = await come(speaking(language))
        expect([page.status, page.body.match(/<html lang="(..)"/)?.[1]]).toEqual([status, language])
        const [, shown, id = ''] = referenceOn(page)
        expect(shown).toBe(code)
        expect(await lineOf(id)).toMatchObject({ code, status })
        expect(page.body).toContain(`href="${href}"`)
        expect(page.body).toContain('aide@guichet.example')
        expect(page.headers.get('cache-control')).toBe('no-store')
      }
    },
  )

  it('speaks the language chosen by its link, and leads nowhere, where there is no page', async () => {
    for (const language of ['en', 'fr']) {
      const answer = await fetch(`${guichet.issuer}/a/%22b%3Cc?lang=${language}`, { redirect: 'manual' })
      expect([answer.status, answer.headers.get('location')]).toEqual([404, null])
      expect(await answer.text()).toContain(`<html lang="${language}"`)
      expect(answer.headers.get('set-cookie')).toContain(`guichet-language=${language}`)
    }
  })

  it('says which methods a page takes', async () => {
    expect((await speaking('fr')().post(`${guichet.issuer}/aide`, {})).headers.get('allow')).toBe('GET, HEAD')
    const refused = await send(port, '/inscription', { method: 'DELETE', headers: { host: `localhost:${port}` } })
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD, POST'])
  })

  it('HOST_UNKNOWN answers every other host, on every path', async () => {
    for (const host of [
      'attaquant.example',
      `127.0.0.1:${port}`,
      `localhost:${port}.attaquant.example`,
      'localhost',
      '',
    ]) {
      for (const path of ['/', '/connexion', '/.well-known/openid-configuration', '/token', '/assets/x']) {
        const answer = await send(port, path, { headers: { host } })
        expect([host, path, answer.status]).toEqual([host, path, 421])
        expect(answer.body).not.toContain('attaquant')
      }
    }
    const answer = await send(port, '/', { headers: { host: 'attaquant.example', 'accept-language': 'en' } })
    const [, code, id = ''] = referenceOn(answer)
    expect(code).toBe('HOST_UNKNOWN')
    expect(await lineOf(id)).toMatchObject({ code: 'HOST_UNKNOWN', status: 421 })
  })

  it('TOO_LARGE answers a body announced small and sent for ever', async () => {
    const headers = { ...FORM, host: `localhost:${port}`, 'transfer-encoding': 'chunked' }
    const answer = await send(port, '/inscription', { method: 'POST', headers, body: 'a='.padEnd(70_000, 'a') })
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close'])
  })

  it('TOO_LARGE answers a request of a service too, whole or announced, with a page', async () => {
    const headers = { ...FORM, host: `localhost:${port}` }
    const body = 'state='.padEnd(9_000, 'a')
    for (const more of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await send(port, '/authorize', { method: 'POST', headers: { ...headers, ...more }, body })
      expect([answer.status, answer.headers.connection, answer.body.includes('<h1')]).toEqual([413, 'close', true])
    }
  })

  it('a request of a service cut on its way is no fault of ours', async () => {
    const before = guichet.logged.length
    const head = `POST /authorize HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: ${FORM['content-type']}`
    await new Promise<void>(resolve => {
      const socket = connect(port, '127.0.0.1', () => socket.end(`${head}\r\nContent-Length: 100\r\n\r\nstate=a`))
      socket.on('error', () => undefined).once('close', () => resolve())
      socket.resume()
    })
    const since = () => guichet.logged.slice(before)
    await waitFor(() => since().find(line => line.includes('"route":"/authorize"')))
    expect((await send(port, '/aide', { headers: { host: `localhost:${port}` } })).status).toBe(200)
    expect(since().filter(line => line.includes('"level":"error"'))).toEqual([])
  })

  it('TOO_SLOW answers requests whose end never comes, with one reference and one line for all of a second', async () => {
    const begun = `GET /aide HTTP/1.1\r\nHost: localhost:${port}\r\n`
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(port, begun, 20_000)))
    const ids = answers.map(answer => {
      expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
      const [, code, id = ''] = referenceOn({ body: Buffer.from(answer, 'latin1').toString() })
      expect(code).toBe('TOO_SLOW')
      return id
    })
    for (const id of new Set(ids)) {
      const connections = ids.filter(each => each === id).length
      expect(await lineOf(id, 'came too slowly')).toMatchObject({ code: 'TOO_SLOW', status: 408, connections })
    }
  })

  it('COOKIES_OFF is told where the request of a service is opened without any cookie', async () => {
    const url = await aSignInPage(makeVisitor(guichet.issuer))
    const page = await makeVisitor(guichet.issuer).get(url)
    expect([page.status, page.heading]).toEqual([400, 'Les cookies sont désactivés'])
    expect(page.body).toContain(`href="${SERVICE_ORIGIN}/"`)
  })

  it('INTERACTION_OVER is told where the request was answered, with the way back to its service', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const url = await aSignInPage(visitor)
    expect((await visitor.get(`${url}/retour`)).url).toContain('access_denied')
    const page = await visitor.get(url)
    expect([page.status, page.heading]).toEqual([400, 'Cette étape est terminée'])
    expect(page.body).toContain(`href="${SERVICE_ORIGIN}/"`)
  })

  it('INTERACTION_EXPIRED says how long requests stay open here, and still knows the service', async () => {
    const aging = await startGuichet({ GUICHET_LIFETIME_INTERACTION: '20 min' })
    try {
      const its = await aService(aging)
      const visitor = makeVisitor(aging.issuer)
      const { url } = await visitor.get(its.request().url)
      aging.advance(21 * 60)
      const page = await visitor.get(url)
      expect([page.status, page.heading]).toEqual([400, 'Votre demande a expiré'])
      expect(page.body).toMatch(/plus de 20\sminutes/)
      expect(page.body).toContain(`Retourner sur ${its.name}`)
    } finally {
      await aging.stop()
    }
  })

  it('INTERACTION_EXPIRED is told for an id that never was, without naming any service', async () => {
    for (const path of [
      '/connexion/inconnu',
      '/autorisation/inconnu',
      '/connexion/inconnu/continuer',
      '/connexion/inconnu/conditions',
    ]) {
      const page = await speaking('fr')().get(guichet.issuer + path)
      expect([path, page.status, page.heading]).toEqual([path, 400, 'Votre demande a expiré'])
    }
  })

  it('FAULT tells nothing of what happened, and the log says where', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const person = aPerson()
    await becomeAccount(visitor, guichet, person)
    await signIn(visitor, guichet, person)
    const db = new DatabaseSync(join(guichet.dataDir, 'guichet.sqlite'))
    const kept = db.prepare("SELECT id, sealed FROM accounts WHERE status = 'active'").all()
    db.exec("UPDATE accounts SET sealed = 'x'")
    const page = await visitor.get(
      (await aService(guichet, { firstParty: false, name: 'Autre service' })).request().url,
    )
    for (const row of kept)
      db.prepare('UPDATE accounts SET sealed = ? WHERE id = ?').run(row.sealed ?? '', row.id ?? '')
    db.close()
    expect([page.status, page.heading]).toEqual([500, 'Une erreur est survenue'])
    const [, code, id = ''] = referenceOn(page)
    expect(code).toBe('FAULT')
    expect(await lineOf(id)).toMatchObject({ code: 'FAULT', status: 500, level: 'error' })
    expect(guichet.logged.some(line => line.includes(id) && line.includes('"stack"'))).toBe(true)
    expect(page.body).not.toMatch(/Error|at \w+ \(|\.ts:/)
  })

  it('STORE_AWAY is told while another process holds the database, with the time to come back', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const form = await visitor.get(service.request().url)
    const db = new DatabaseSync(join(guichet.dataDir, 'guichet.sqlite'))
    db.exec('BEGIN EXCLUSIVE')
    const page = await signInOn(visitor, form, aPerson())
    db.exec('ROLLBACK')
    db.close()
    expect([page.status, page.heading]).toEqual([503, 'Service momentanément indisponible'])
    expect(page.headers.get('retry-after')).toBe('60')
    const [, code, id = ''] = referenceOn(page)
    expect(code).toBe('STORE_AWAY')
    expect(await lineOf(id)).toMatchObject({ code: 'STORE_AWAY', status: 503 })
    expect((await signInOn(visitor, form, aPerson())).status).toBe(422)
  })

  it('BUSY is told when too many pictures are drawn at once', async () => {
    const busy = await startGuichet({ GUICHET_CHALLENGE: 'picture' })
    try {
      const forms = await Promise.all(
        Array.from({ length: 30 }, () => makeVisitor(busy.issuer).get(`${busy.issuer}/inscription`)),
      )
      const ids = forms.map(({ body }) => /name="challengeId" value="([^"]+)"/.exec(body)?.[1])
      const pictures = ids.flatMap(id => [1, 2, 3, 4, 5].map(n => `${busy.issuer}/controle/${id}/${n}.png`))
      const answers = await Promise.all(
        pictures.map(async url => {
          const answer = await fetch(url, { headers: { 'accept-language': 'fr' } })
          return { status: answer.status, wait: answer.headers.get('retry-after'), body: await answer.text() }
        }),
      )
      const refused = answers.filter(({ status }) => status === 503)
      expect(refused.length).toBeGreaterThan(0)
      for (const { wait, body } of refused) {
        expect(Number(wait)).toBeGreaterThan(0)
        expect(body).toContain('BUSY')
      }
      expect(answers.some(({ status }) => status === 200)).toBe(true)
    } finally {
      await busy.stop()
    }
  })
})

describe('the list of errors', () => {
  const uses = sourcesBut('web/errors.ts')
  /** Those of an upstream provider, where one runs: federation/stops.test.ts comes to each. */
  const upstream = [
    'FEDERATION_DENIED',
    'FEDERATION_MISCONFIGURED',
    'FEDERATION_SUSPENDED',
    'FEDERATION_UNAVAILABLE',
    'FEDERATION_UNVERIFIED',
  ]
  const shown = [...Object.keys(WAYS), ...upstream, 'HOST_UNKNOWN', 'FAULT', 'STORE_AWAY', 'BUSY', 'TOO_SLOW']

  it('has none that nothing shows, nor one that these tests do not come to', () => {
    const codes = Object.keys(errors)
    expect(codes.filter(code => !uses.includes(`'${code}'`))).toEqual([])
    expect([...shown].sort()).toEqual([...codes].sort())
  })

  it('has every code that a page is asked to show', () => {
    const called = [...uses.matchAll(/desk\.error\(ctx, '(\w+)'|\berror\(ctx, '(\w+)'/g)].map(
      ([, a, b]) => a ?? b ?? '',
    )
    expect(called.length).toBeGreaterThan(5)
    expect(called.filter(code => !Object.hasOwn(errors, code))).toEqual([])
    const protocol = /ProtocolErrorCode =([\s\S]*?)\n\n/.exec(sourceOf('oidc/contracts.ts'))?.[1] ?? ''
    const asked = [...protocol.matchAll(/'(\w+)'/g)].map(([, code = '']) => code)
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter(code => !Object.hasOwn(errors, code))).toEqual([])
  })
})
