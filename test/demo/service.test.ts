import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { type CryptoKey, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { ClientMetadata } from 'oidc-provider'
import { sampleServiceMetadata } from '../../src/demo/service/metadata.ts'
import { makeSampleService, type SampleService } from '../../src/demo/service/sample-service.ts'
import { aBrowser, aFreePort, aLog, type Browser, type Page } from './support.ts'
import { startTinyProvider, type TinyProvider } from './tiny-provider.ts'

const clientId = 'mes-demarches'
const clientSecret = 'not-a-secret-only-for-this-test-0123456789'

const clientOf = (url: string): ClientMetadata => {
  const metadata = sampleServiceMetadata(url)
  return {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [...metadata.redirectUris],
    post_logout_redirect_uris: [...metadata.postLogoutRedirectUris],
    backchannel_logout_uri: metadata.backchannelLogoutUri,
    backchannel_logout_session_required: true,
    grant_types: [...metadata.grantTypes],
    response_types: [...metadata.responseTypes],
    token_endpoint_auth_method: metadata.authMethod,
    id_token_signed_response_alg: 'ES256',
    scope: metadata.scope,
  }
}

const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} }

describe('the sample service', () => {
  let provider: TinyProvider
  let service: SampleService
  let browser: Browser
  const log = aLog()

  beforeEach(async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined) // oidc-provider's, about its memory adapter
    const port = await aFreePort()
    provider = await startTinyProvider([clientOf(`http://localhost:${port}`)])
    service = makeSampleService({ issuer: provider.issuer, clientId, clientSecret, port, log })
    await service.start()
    browser = aBrowser()
  })
  afterEach(async () => {
    await service.stop()
    await provider.stop()
    jest.restoreAllMocks()
  })

  const post = (path: string): Promise<Page> =>
    browser.post(`${service.url}${path}`, {}, { Origin: service.url, 'Sec-Fetch-Site': 'same-origin' })
  const signIn = (query = ''): Promise<Page> => browser.get(`${service.url}/connexion${query}`)
  const sidOf = (page: Page): string => /&quot;sid&quot;: &quot;([^&]+)&quot;/.exec(page.body)?.[1] ?? 'none'

  const logoutToken = (
    changes: JWTPayload,
    header: Record<string, unknown> = {},
    key: CryptoKey = provider.signingKey,
  ) =>
    new SignJWT({ iss: provider.issuer, aud: clientId, jti: crypto.randomUUID(), events: logoutEvent, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: provider.kid, typ: 'logout+jwt', ...header })
      .setIssuedAt()
      .sign(key)
  const tellLogout = async (token: string): Promise<number> =>
    (await aBrowser().post(`${service.url}/backchannel-logout`, { logout_token: token })).status
  const isSignedIn = async (): Promise<boolean> => (await browser.get(service.url)).url.endsWith('/mon-espace')

  it('offers both ways in', async () => {
    const { body, headers } = await browser.get(service.url)
    expect(body).toContain('href="/connexion">Se connecter</a>')
    expect(body).toContain('href="/inscription">Je crée mon compte</a>')
    expect(headers.get('Content-Security-Policy')).toContain(`form-action 'self' ${provider.issuer}`)
    expect(headers.get('Content-Security-Policy')).not.toContain('unsafe')
  })

  it('shows all that it received, and says why the rest is missing', async () => {
    const page = await signIn()
    expect(page.url).toBe(`${service.url}/mon-espace`)
    for (const shown of [
      'Personne-Fictive',
      'camille@example.fr',
      '+33639981234',
      '12 RUE DES EXEMPLES',
      'fictive-person',
    ])
      expect(page.body).toContain(shown)
    expect(page.body).toContain('given_name, preferred_username, gender, birthdate')
    expect(page.body).toContain('le compte est déclaré')
    expect(page.body).toContain('Jamais sans base légale')
    expect(page.body).toContain('non (aucun code n&#39;a été envoyé à ce numéro')
    expect(page.body).toContain('&quot;alg&quot;: &quot;ES256&quot;')
    expect(log.lines.filter(line => line.startsWith('error'))).toEqual([])
  })

  it('asks with state, nonce and PKCE, and for a new account with prompt=create', async () => {
    await signIn()
    expect(provider.requests[0]).toMatchObject({
      state: expect.stringMatching(/^.{20,}$/),
      nonce: expect.stringMatching(/^.{20,}$/),
      code_challenge_method: 'S256',
      scope: expect.stringContaining('openid'),
      ui_locales: 'fr',
    })
    const answer = await fetch(`${service.url}/inscription`, { redirect: 'manual' })
    expect(new URL(answer.headers.get('Location') ?? '').searchParams.get('prompt')).toBe('create')
  })

  it('sets cookies that scripts cannot read and other sites cannot send', async () => {
    const answer = await fetch(`${service.url}/connexion`, { redirect: 'manual' })
    const cookies = answer.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toMatch(/^mes_demarches_.*samesite=lax.*httponly/i)
  })

  it('takes a refusal kindly', async () => {
    provider.answerNext('access_denied')
    const page = await signIn()
    expect(page.body).toContain('Vos informations restent chez vous')
    expect(await isSignedIn()).toBe(false)
  })

  it('looks at no answer that this browser did not ask for', async () => {
    const start = await fetch(`${service.url}/connexion`, { redirect: 'manual' })
    const state = new URL(start.headers.get('Location') ?? '').searchParams.get('state') ?? ''
    const page = await browser.get(`${service.url}/retour?code=stolen&state=${state}&iss=${provider.issuer}`)
    expect(page.status).toBe(400)
    expect(page.body).toContain('Cette connexion a expiré')
  })

  it('refuses to start a sign-in for another issuer', async () => {
    expect((await signIn('?iss=https://evil.example')).status).toBe(400)
    expect((await signIn(`?iss=${encodeURIComponent(provider.issuer)}`)).url).toBe(`${service.url}/mon-espace`)
  })

  it('says how to get a refresh token, then refreshes, twice at once included', async () => {
    expect((await signIn()).body).toContain('Obtenir un jeton de rafraîchissement')
    expect((await signIn('?prompt=consent')).body).toContain('Rafraîchir les jetons')
    const [one, two] = await Promise.all([post('/mon-espace/jetons'), post('/mon-espace/jetons')])
    expect(one.body).toContain('Les jetons sont neufs')
    expect(two.status).toBe(200)
    expect((await post('/mon-espace/jetons')).body).toContain('Les jetons sont neufs')
    expect(provider.grants.filter(type => type === 'refresh_token').length).toBeGreaterThanOrEqual(2)
  })

  it('says so when the provider refuses the refresh token', async () => {
    await signIn('?prompt=consent')
    provider.revokeEverything()
    const page = await post('/mon-espace/jetons')
    expect(page.body).toContain('accepte plus ce jeton de rafraîchissement')
    expect(page.body).toContain('Obtenir un jeton de rafraîchissement')
    expect((await post('/mon-espace/userinfo')).body).toContain('accepte plus le jeton d')
  })

  it('reads userinfo again', async () => {
    await signIn()
    expect((await post('/mon-espace/userinfo')).body).toContain('Userinfo vient d&#39;être relu')
  })

  it('signs out here and at the provider, and comes back to say so once', async () => {
    await signIn()
    const asked = await post('/deconnexion')
    expect(asked.url).toContain(`${provider.issuer}/session/end`)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.body)?.[1] ?? ''
    const back = await browser.post(`${provider.issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
    expect(back.body).toContain('Votre session est fermée')
    expect(await isSignedIn()).toBe(false)
    expect((await browser.get(back.url)).url).toBe(`${service.url}/`)
  })

  it('does not sign anybody out for another site', async () => {
    await signIn()
    const foreign = { Origin: 'http://localhost:3002', 'Sec-Fetch-Site': 'same-site' }
    expect((await browser.post(`${service.url}/deconnexion`, {}, foreign)).status).toBe(403)
    expect(await isSignedIn()).toBe(true)
  })

  it('ends the session that a logout token names, and says so', async () => {
    const sid = sidOf(await signIn())
    expect(await tellLogout(await logoutToken({ sid: 'another' }))).toBe(200)
    expect(await isSignedIn()).toBe(true)
    expect(await tellLogout(await logoutToken({ sid, sub: provider.accountId }))).toBe(200)
    expect((await browser.get(`${service.url}/mon-espace`)).body).toContain('Votre session a été fermée depuis Guichet')
    expect((await browser.get(service.url)).body).not.toContain('fermée depuis Guichet')
  })

  it('ends every session of a person named by sub alone', async () => {
    await signIn()
    expect(await tellLogout(await logoutToken({ sub: provider.accountId }))).toBe(200)
    expect(await isSignedIn()).toBe(false)
  })

  it('refuses logout tokens that are forged, stale, of another kind, or used already', async () => {
    const sid = sidOf(await signIn())
    const { privateKey: stranger } = await generateKeyPair('ES256')
    const unsigned = `${btoa(JSON.stringify({ alg: 'none' }))}.${btoa(JSON.stringify({ sid }))}.`.replaceAll('=', '')
    const refused = [
      await logoutToken({ sid }, {}, stranger),
      await logoutToken({ sid, aud: 'another' }),
      await logoutToken({ sid, iss: 'https://evil.example' }),
      await logoutToken({ sid, events: {} }),
      await logoutToken({ sid, nonce: 'n' }),
      await logoutToken({}),
      await logoutToken({ sid }, { typ: 'at+jwt' }),
      await logoutToken({ sid, jti: '' }),
      unsigned,
      '',
    ]
    for (const token of refused) expect([token, await tellLogout(token)]).toEqual([token, 400])
    const old = new SignJWT({ iss: provider.issuer, aud: clientId, jti: 'old', events: logoutEvent, sid })
    old.setProtectedHeader({ alg: 'ES256', kid: provider.kid }).setIssuedAt(Math.floor(Date.now() / 1000) - 3600)
    expect(await tellLogout(await old.sign(provider.signingKey))).toBe(400)
    expect(await isSignedIn()).toBe(true)

    const good = await logoutToken({ sid: 'another' })
    expect(await tellLogout(good)).toBe(200)
    expect(await tellLogout(good)).toBe(400)
  })

  it('says that the provider is away, and recovers by itself once it is there', async () => {
    const [port, providerPort] = [await aFreePort(), await aFreePort()]
    const early = makeSampleService({ issuer: `http://localhost:${providerPort}`, clientId, clientSecret, port, log })
    await early.start()
    const page = await browser.get(`${early.url}/connexion`)
    expect(page.status).toBe(503)
    expect(page.body).toContain('Guichet ne répond pas')
    const late = await startTinyProvider([clientOf(early.url)], providerPort)
    expect((await browser.get(`${early.url}/connexion`)).url).toBe(`${early.url}/mon-espace`)
    await early.stop()
    await late.stop()
  })
})
