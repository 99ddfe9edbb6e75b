import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { makeSampleService } from '../../src/demo/service/sample-service.ts'
import { freePort } from '../support/free-port.ts'
import { aRunningService, clientId, clientOf, clientSecret, type Running } from './running-service.ts'
import { startTinyProvider } from './tiny-provider.ts'

describe('the sample service', () => {
  let running: Running

  beforeEach(async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined) // oidc-provider's, about its memory adapter
    running = await aRunningService()
  })
  afterEach(async () => {
    await running.stop()
    jest.restoreAllMocks()
  })

  it('offers both ways in', async () => {
    const { provider, service, browser } = running
    const { body, headers } = await browser.get(service.url)
    expect(body).toContain('href="/connexion">Se connecter</a>')
    expect(body).toContain('href="/inscription">Je crée mon compte</a>')
    expect(headers.get('Content-Security-Policy')).toContain(`form-action 'self' ${provider.issuer}`)
    expect(headers.get('Content-Security-Policy')).not.toContain('unsafe')
  })

  it('shows all that it received, and says why the rest is missing', async () => {
    const { service, log, signIn } = running
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
    const { provider, service, signIn } = running
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
    const { service } = running
    const answer = await fetch(`${service.url}/connexion`, { redirect: 'manual' })
    const cookies = answer.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toMatch(/^mes_demarches_.*samesite=lax.*httponly/i)
  })

  it('takes a refusal kindly', async () => {
    const { provider, signIn, isSignedIn } = running
    provider.answerNext('access_denied')
    const page = await signIn()
    expect(page.body).toContain('Vos informations restent chez vous')
    expect(await isSignedIn()).toBe(false)
  })

  it('looks at no answer that this browser did not ask for', async () => {
    const { provider, service, browser } = running
    const start = await fetch(`${service.url}/connexion`, { redirect: 'manual' })
    const state = new URL(start.headers.get('Location') ?? '').searchParams.get('state') ?? ''
    const page = await browser.get(`${service.url}/retour?code=stolen&state=${state}&iss=${provider.issuer}`)
    expect(page.status).toBe(400)
    expect(page.body).toContain('Cette connexion a expiré')
  })

  it('refuses to start a sign-in for another issuer', async () => {
    const { provider, service, signIn } = running
    expect((await signIn('?iss=https://evil.example')).status).toBe(400)
    expect((await signIn(`?iss=${encodeURIComponent(provider.issuer)}`)).url).toBe(`${service.url}/mon-espace`)
  })

  it('says how to get a refresh token, then refreshes, twice at once included', async () => {
    const { provider, signIn, post } = running
    expect((await signIn()).body).toContain('Obtenir un jeton de rafraîchissement')
    expect((await signIn('?prompt=consent')).body).toContain('Rafraîchir les jetons')
    const [one, two] = await Promise.all([post('/mon-espace/jetons'), post('/mon-espace/jetons')])
    expect(one.body).toContain('Les jetons sont neufs')
    expect(two.status).toBe(200)
    expect((await post('/mon-espace/jetons')).body).toContain('Les jetons sont neufs')
    expect(provider.grants.filter(type => type === 'refresh_token').length).toBeGreaterThanOrEqual(2)
  })

  it('says so when the provider refuses the refresh token', async () => {
    const { provider, signIn, post } = running
    await signIn('?prompt=consent')
    provider.revokeEverything()
    const page = await post('/mon-espace/jetons')
    expect(page.body).toContain('accepte plus ce jeton de rafraîchissement')
    expect(page.body).toContain('Obtenir un jeton de rafraîchissement')
    expect((await post('/mon-espace/userinfo')).body).toContain('accepte plus le jeton d')
  })

  it('reads userinfo again', async () => {
    const { signIn, post } = running
    await signIn()
    expect((await post('/mon-espace/userinfo')).body).toContain('Userinfo vient d&#39;être relu')
  })

  it('says that the provider is away, and recovers by itself once it is there', async () => {
    const { browser, log } = running
    const [port, providerPort] = [await freePort(), await freePort()]
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
