import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aGuichet, type Guichet, signingKeys } from './support/guichet.ts'
import type { Loose } from './support/loose.ts'
import { authorizeUrl, getJson, payloadOf, pkce, signedIn } from './support/service.ts'

/** fetch refuses to send a Host header of one's own. */
const withHost = (guichet: Guichet, path: string, host: string): Promise<{ headers: object; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(guichet.origin + path, { headers: { Host: host } }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }))
    })
    sent.on('error', reject)
    sent.end()
  })

describe('discovery', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  it('tells clients all that works, and nothing that does not', async () => {
    const response = await fetch(`${guichet.origin}/.well-known/openid-configuration`)
    const document = (await response.json()) as Loose
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    expect(document).toMatchObject({
      issuer: guichet.issuer,
      authorization_endpoint: `${guichet.issuer}/authorize`,
      token_endpoint: `${guichet.issuer}/token`,
      userinfo_endpoint: `${guichet.issuer}/userinfo`,
      jwks_uri: `${guichet.issuer}/jwks`,
      introspection_endpoint: `${guichet.issuer}/introspect`,
      revocation_endpoint: `${guichet.issuer}/revoke`,
      end_session_endpoint: `${guichet.issuer}/session/end`,
      prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
      ui_locales_supported: ['fr', 'en'],
      acr_values_supported: ['eidas1'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      subject_types_supported: ['pairwise', 'public'],
      claims_parameter_supported: true,
      backchannel_logout_supported: true,
      response_types_supported: ['code', 'none'],
    })
    expect(document.token_endpoint_auth_methods_supported).not.toContain('client_secret_jwt')
    expect(document).not.toHaveProperty('registration_endpoint')
  })

  it('names the issuer whatever host the request names', async () => {
    const { text } = await withHost(guichet, '/.well-known/openid-configuration', 'evil.example')
    expect(text).not.toContain('evil.example')
    expect(JSON.parse(text).token_endpoint).toBe(`${guichet.issuer}/token`)
  })

  it('sends a person on to the issuer alone, whatever host the request names', async () => {
    const service = await guichet.aService()
    const { headers } = await withHost(guichet, authorizeUrl(service, pkce().challenge), 'evil.example')
    expect(JSON.stringify(headers)).not.toContain('evil.example')
  })

  it('publishes no private part of a key', async () => {
    const response = await fetch(`${guichet.origin}/jwks`)
    const { keys } = (await response.json()) as Loose
    expect(response.headers.get('cache-control')).toMatch(/^public/)
    expect(keys).toHaveLength(2)
    for (const key of keys) expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['d']))
  })

  it('answers pages of any origin, for discovery and keys are for everybody', async () => {
    for (const path of ['/jwks', '/.well-known/openid-configuration']) {
      const response = await fetch(guichet.origin + path, { headers: { Origin: 'https://anywhere.example' } })
      expect(response.headers.get('access-control-allow-origin')).toBe('https://anywhere.example')
    }
  })

  it('signs with new keys after a reload, the former ones still published', async () => {
    const former = (await getJson(`${guichet.origin}/jwks`)).keys as readonly { readonly kid: string }[]
    const fresh = await signingKeys('2')
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const before = await signedIn(guichet, service, account)
    guichet.reload(fresh)
    const { keys } = await getJson(`${guichet.origin}/jwks`)
    expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual(['ec2', 'rsa2', ...former.map(({ kid }) => kid)])
    const after = await signedIn(guichet, service, account)
    const kidOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid
    expect([kidOf(before.tokens.json.id_token), kidOf(after.tokens.json.id_token)]).toEqual(['ec1', 'ec2'])
    expect(payloadOf(after.tokens.json.id_token).sub).toBe(payloadOf(before.tokens.json.id_token).sub)
  })
})

describe('over https', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet({ issuer: () => 'https://guichet.example' })
  })
  afterAll(() => guichet.stop())

  it('names its cookies so that no other host can set them, though a proxy speaks http to it', async () => {
    const service = await guichet.aService()
    const response = await fetch(guichet.origin + authorizeUrl(service, pkce().challenge), { redirect: 'manual' })
    const cookies = response.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; secure/i)
      expect(cookie).toMatch(/; httponly/i)
      expect(cookie).toMatch(/; samesite=lax/i)
      expect(cookie).toMatch(/^__(Host|Secure)-/)
      if (cookie.startsWith('__Host-')) expect(cookie).toMatch(/; path=\/;/i)
    }
    const documents = await getJson(`${guichet.origin}/.well-known/openid-configuration`)
    expect(documents.authorization_endpoint).toBe('https://guichet.example/authorize')
  })

  it('keeps the session in a cookie that ends with the browser', async () => {
    const service = await guichet.aService()
    const { browser } = await signedInOver(guichet, service, await guichet.anAccount())
    const session = browser.cookies().find(({ name }) => name === '__Host-guichet_session')
    expect(session?.path).toBe('/')
    const response = await browser.once(authorizeUrl(service, pkce().challenge))
    const set = response.headers.getSetCookie().find(cookie => cookie.startsWith('__Host-guichet_session='))
    expect(set).not.toMatch(/expires|max-age/i)
  })
})

/** Redirects name the issuer, which is not where the test server is: followed by path alone. */
const signedInOver = async (guichet: Guichet, service: Parameters<typeof signedIn>[1], account: string) => {
  const browser = guichet.aBrowser()
  let page = await browser.go(authorizeUrl(service, pkce().challenge))
  page = await browser.signIn(page, account)
  while (page.away?.host === new URL(guichet.issuer).host) page = await browser.go(page.away.pathname)
  return { browser, page }
}
