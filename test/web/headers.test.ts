import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../support/free-port.ts'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, signUp } from '../support/people.ts'
import { makeVisitor, type Page } from '../support/visitor.ts'
import { type RawAnswer, send } from './support/raw.ts'
import { aService, SERVICE_ORIGIN, signIn, type TestService } from './support/services.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet, { firstParty: false })
})
afterAll(() => guichet.stop())

const CSP = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'media-src': "'self'",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
}

const policyOf = (policy: string | null | undefined): Record<string, string> =>
  Object.fromEntries(
    (policy ?? '').split(';').map(directive => {
      const [name = '', ...sources] = directive.trim().split(' ')
      return [name, sources.join(' ')]
    }),
  )

/** On every answer, whatever it is. */
const ALWAYS = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

const expectAlways = (headers: Headers, where: string): void => {
  for (const [name, value] of Object.entries(ALWAYS))
    expect([where, name, headers.get(name)]).toEqual([where, name, value])
  for (const name of ['x-powered-by', 'server', 'strict-transport-security', 'access-control-allow-origin'])
    expect([where, name, headers.get(name)]).toEqual([where, name, null])
}

const expectPage = (page: Page, formAction = "'self'"): void => {
  expectAlways(page.headers, page.url)
  expect(policyOf(page.headers.get('content-security-policy'))).toEqual({ ...CSP, 'form-action': formAction })
  expect([page.url, page.headers.get('cache-control')]).toEqual([page.url, 'no-store'])
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.body).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)|<style|\sstyle=|\son\w+="|javascript:/)
  const elsewhere = [...page.body.matchAll(/<(?:script|link|img|audio|form)\b[^>]*\s(?:src|href|action)="([^"]*)"/g)]
    .map(([, url = '']) => url)
    .filter(url => !url.startsWith('/') || url.startsWith('//'))
  expect([page.url, elsewhere]).toEqual([page.url, []])
}

describe('every page', () => {
  const paths = [
    '/',
    '/inscription',
    '/inscription/messagerie',
    '/inscription/renvoi',
    '/inscription/renvoi/envoye',
    '/activation',
    '/connexion',
    '/mot-de-passe-oublie',
    '/mot-de-passe-oublie/envoye',
    '/mot-de-passe-oublie/nouveau',
    '/deconnexion',
    '/aide',
    '/conditions',
    '/donnees-personnelles',
    '/mentions-legales',
    '/accessibilite',
    '/nulle-part',
    '/connexion/inconnu',
  ]
  // without a session, Guichet signs out by a form that sends itself: the library's own page
  const withForeignScript = ['/deconnexion']

  it.each(paths.filter(path => !withForeignScript.includes(path)))(
    '%s carries the list of headers, and nothing of elsewhere',
    async path => {
      expectPage(await makeVisitor(guichet.issuer).get(guichet.issuer + path))
    },
  )

  it('of a request lets its forms lead to that service alone, where they do', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const opened = `'self' ${SERVICE_ORIGIN}`
    const person = aPerson()
    const signInPage = await visitor.get(service.request().url)
    expectPage(signInPage, opened)
    const uid = new URL(signInPage.url).pathname.split('/').at(-1)
    expectPage(await visitor.get(`${guichet.issuer}/inscription/${uid}`), opened)
    expectPage(await signUp(visitor, guichet, person, `/inscription/${uid}`))
    expectPage(await visitor.get(`${guichet.issuer}/inscription/${uid}/renvoi`))
    expectPage(await visitor.get(`${guichet.issuer}/mot-de-passe-oublie/${uid}`))
    const activation = await visitor.get(linkOf(await guichet.mailTo(person.email)))
    expectPage(activation)
    expectPage(await visitor.submit(activation, { action: 'activate' }, 'activate'))
    const consent = await visitor.get(`${guichet.issuer}/authorize/${uid}`)
    expect(consent.url).toContain('/autorisation/')
    expectPage(consent, opened)
  })

  it('that was redirected to is kept by nobody either', async () => {
    const answer = await fetch(`${guichet.issuer}/activation?jeton=abc`, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/activation'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expectAlways(answer.headers, 'redirect')
  })
})

describe('what is not a page', () => {
  it('carries the same headers: health, towns, protocol, errors of the protocol', async () => {
    const paths = [
      '/health/live',
      '/health/ready',
      '/inscription/villes?postalCode=75001',
      '/jwks',
      '/.well-known/openid-configuration',
      '/userinfo',
    ]
    for (const path of paths) {
      const { headers } = await fetch(guichet.issuer + path)
      for (const [name, value] of Object.entries(ALWAYS))
        expect([path, name, headers.get(name)]).toEqual([path, name, value])
    }
  })

  it('serves assets for ever, of the type that they are, and no file besides', async () => {
    const { body } = await makeVisitor(guichet.issuer).get(`${guichet.issuer}/`)
    const style = /href="(\/assets\/[^"]+\.css)"/.exec(body)?.[1] ?? ''
    const answer = await fetch(guichet.issuer + style)
    expect(answer.headers.get('content-type')).toMatch(/^text\/css/)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expectAlways(answer.headers, style)
    for (const path of [
      '/assets/',
      '/assets/x/guichet.css',
      '/assets/..%2f..%2fpackage.json',
      '/assets/%2e%2e/package.json',
    ])
      expect([path, (await fetch(guichet.issuer + path)).status]).toEqual([path, 404])
  })

  it('clears what the browser keeps when signing out', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const person = aPerson()
    await becomeAccount(visitor, guichet, person)
    await signIn(visitor, guichet, person)
    const asked = await visitor.get(`${guichet.issuer}/deconnexion`)
    expectPage(asked)
    const told = await visitor.submit(asked, { logout: 'yes' }, 'logout')
    expect(told.heading).toBe('Votre session est fermée')
    expect(told.headers.get('clear-site-data')).toBe('"cache", "storage"')
    expectPage(told)
  })
})

const cookiesOf = ({ headers }: RawAnswer): readonly string[] => headers['set-cookie'] ?? []

describe('cookies', () => {
  it('are HttpOnly, SameSite, of their path, and hold nothing readable', async () => {
    const answers = [
      await fetch(`${guichet.issuer}/inscription`, { redirect: 'manual' }),
      await fetch(service.request().url, { redirect: 'manual' }),
      await fetch(`${guichet.issuer}/activation?jeton=abcdefgh`, { redirect: 'manual' }),
    ]
    const set = answers.flatMap(answer => answer.headers.getSetCookie())
    expect(set.length).toBeGreaterThan(3)
    for (const cookie of set) {
      expect(cookie).toMatch(/; httponly/i)
      expect(cookie).toMatch(/; samesite=(lax|strict)/i)
      expect(cookie).toMatch(/; path=\//i)
      expect(cookie).not.toMatch(/; domain=/i)
      expect(cookie).not.toContain('abcdefgh')
    }
  })
})

describe('behind a proxy, over HTTPS', () => {
  let secure: Guichet
  let port: number
  let its: TestService
  beforeAll(async () => {
    port = await freePort()
    secure = await startGuichet({
      GUICHET_ISSUER: 'https://compte.exemple.fr',
      GUICHET_PORT: String(port),
      GUICHET_TRUST_PROXY: '1',
    })
    its = await aService(secure)
  })
  afterAll(() => secure.stop())

  const proxied = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    send(port, path, {
      headers: { host: 'compte.exemple.fr', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1', ...headers },
    })

  it('every cookie is Secure, of this host alone where browsers allow it', async () => {
    const request = new URL(its.request().url)
    const answers = [
      await proxied('/inscription'),
      await proxied('/activation?jeton=abcdefgh'),
      await proxied('/?lang=en'),
      await proxied(request.pathname + request.search),
    ]
    const set = answers.flatMap(cookiesOf)
    expect(set.length).toBeGreaterThan(5)
    for (const cookie of set) {
      expect(cookie).toMatch(/; secure/i)
      const path = /; path=([^;]*)/i.exec(cookie)?.[1]
      expect(cookie).toMatch(path === '/' ? /^__Host-/ : /^__Secure-/)
    }
  })

  it('announces HTTPS for good, and writes https addresses whatever the proxy says of itself', async () => {
    for (const headers of [{}, { 'x-forwarded-proto': 'http' }, { 'x-forwarded-host': 'attaquant.example' }]) {
      const page = await proxied('/', headers)
      expect(page.status).toBe(200)
      expect(page.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains')
      const discovery = JSON.parse((await proxied('/.well-known/openid-configuration', headers)).body)
      for (const [name, value] of Object.entries(discovery))
        if (name.endsWith('_endpoint') || name === 'jwks_uri')
          expect([name, value]).toEqual([name, expect.stringMatching(/^https:\/\/compte\.exemple\.fr\//)])
    }
  })

  it('refuses another host, forwarded or not', async () => {
    expect((await proxied('/', { host: 'attaquant.example' })).status).toBe(421)
    expect((await proxied('/', { host: 'attaquant.example', 'x-forwarded-host': 'compte.exemple.fr' })).status).toBe(
      421,
    )
  })
})

describe('a redirection', () => {
  it('never leads elsewhere than here, however the address is written', async () => {
    const { port } = new URL(guichet.issuer)
    const host = `localhost:${port}`
    const paths = [
      '//attaquant.example/',
      '///attaquant.example',
      '/\\attaquant.example',
      '//attaquant.example/%2e%2e',
      '/%2f%2fattaquant.example',
      '/.//attaquant.example',
    ]
    for (const path of paths) {
      const answer = await send(Number(port), `${path}?lang=en`, { headers: { host } })
      const location = String(answer.headers.location ?? '/')
      expect([path, new URL(location, guichet.issuer).origin]).toEqual([path, guichet.issuer])
      const page = await send(Number(port), path, { headers: { host } })
      const hrefs = [...page.body.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, href = '']) => href)
      for (const href of hrefs.filter(one => !one.startsWith('mailto:')))
        expect([path, new URL(href, guichet.issuer).origin]).toEqual([path, guichet.issuer])
    }
  })

  it('after a sign-in leads to the address that the service declared, and to no other given in the request', async () => {
    for (const redirect_uri of [
      `${SERVICE_ORIGIN}/retour/x`,
      `${SERVICE_ORIGIN}/retour?x=1`,
      'https://attaquant.example/',
      'javascript:alert(1)',
      '//attaquant.example',
    ]) {
      const answer = await fetch(service.request({ redirect_uri }).url, {
        redirect: 'manual',
        headers: { accept: 'text/html' },
      })
      expect([redirect_uri, answer.status, answer.headers.get('location')]).toEqual([redirect_uri, 400, null])
    }
  })
})
