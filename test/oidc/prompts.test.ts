import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, payloadOf, pkce, redeem, signedIn, walk } from './support/service.ts'

const consent = { page: 'interaction', kind: 'found', interaction: { prompt: 'consent' } }
const atLogin = { page: 'interaction', kind: 'found', interaction: { prompt: 'login' } }

describe('what a person meets', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())
  const url = (service: Parameters<typeof authorizeUrl>[0], extra: Record<string, string> = {}) =>
    authorizeUrl(service, pkce().challenge, extra)
  const begun = async (asked: Parameters<Guichet['aService']>[0] = {}) => {
    const service = await guichet.aService(asked)
    const account = await guichet.anAccount()
    const browser = guichet.aBrowser()
    return { service, account, browser }
  }
  const errorOf = (page: { away?: URL }) => page.away?.searchParams.get('error')

  describe('prompt=none', () => {
    it('shows nothing: signed in and consented gives a code, anything else its own error', async () => {
      const { service, account, browser } = await begun()
      expect(errorOf(await browser.go(url(service, { prompt: 'none' })))).toBe('login_required')
      await walk(browser, url(service), account)
      const silent = await browser.go(url(service, { prompt: 'none' }))
      expect(silent.away?.searchParams.get('code')).toBeTruthy()
      expect(silent.away?.searchParams.get('iss')).toBe(guichet.issuer)
      const other = await guichet.aService()
      expect(errorOf(await browser.go(url(other, { prompt: 'none' })))).toBe('consent_required')
    })

    it('takes prompt=none with another value for a mistake', async () => {
      const { service, browser } = await begun()
      expect(errorOf(await browser.go(url(service, { prompt: 'none login' })))).toBe('invalid_request')
    })
  })

  it('asks to sign in again for prompt=login, and says when that was', async () => {
    const { service, account, browser } = await begun()
    const first = await signedIn(guichet, service, account, {}, browser)
    guichet.pass(10)
    const again = await signedIn(guichet, service, account, { prompt: 'login' }, browser)
    expect(again.met).toEqual(['login'])
    const [before, after] = [first, again].map(({ tokens }) => payloadOf(tokens.json.id_token).auth_time)
    expect(after - before).toBeGreaterThanOrEqual(9)
  })

  it('asks to sign in again past max_age, and not before', async () => {
    const { service, account, browser } = await begun()
    await walk(browser, url(service), account)
    expect((await walk(browser, url(service, { max_age: '60' }), account)).met).toEqual([])
    guichet.pass(61)
    expect(errorOf(await browser.go(url(service, { max_age: '60', prompt: 'none' })))).toBe('login_required')
    expect((await walk(browser, url(service, { max_age: '60' }), account)).met).toEqual(['login'])
    expect((await walk(browser, url(service, { max_age: '0' }), account)).met).toEqual(['login'])
  })

  it('begins with sign-up for prompt=create, and goes on to the service', async () => {
    const { service, account, browser } = await begun()
    const page = await browser.go(url(service, { prompt: 'create' }))
    expect(page.url.pathname).toMatch(/^\/inscription\//)
    const { met, page: end } = await walk(browser, url(service, { prompt: 'create' }), account)
    expect(met).toEqual(['create', 'consent'])
    expect(end.away?.searchParams.get('code')).toBeTruthy()
  })

  it('lets somebody led to sign up sign in instead', async () => {
    const { service, account, browser } = await begun()
    const page = await browser.go(url(service, { prompt: 'create' }))
    expect((await browser.signIn(page, account)).json).toMatchObject(consent)
  })

  it('asks which account for prompt=select_account, and goes on with it', async () => {
    const { service, account, browser } = await begun()
    await walk(browser, url(service), account)
    const page = await browser.go(url(service, { prompt: 'select_account' }))
    expect(page.url.pathname).toMatch(/^\/connexion\/[^/]+\/continuer$/)
    expect(page.json.interaction.accountId).toBe(account)
    expect((await browser.answer(page, { kind: 'continue' })).away?.searchParams.get('code')).toBeTruthy()
  })

  it('changes account from there: the former session ends, and the same request goes on at sign-in', async () => {
    const { service, account, browser } = await begun()
    await walk(browser, url(service), account)
    const other = await guichet.anAccount()
    const page = await browser.go(url(service, { prompt: 'select_account' }))
    const signIn = await browser.switchAccount(page)
    expect(signIn.json).toMatchObject(atLogin)
    expect(signIn.json.interaction.accountId).toBeUndefined()
    expect((await browser.go('/test/session')).json).toEqual({ session: null })
    expect((await browser.signIn(signIn, other)).json).toMatchObject(consent)
    expect((await browser.go('/test/session')).json.session.accountId).toBe(other)
  })

  it('asks whether it is still the same person after five minutes, not before, and never without a screen', async () => {
    const { service, account, browser } = await begun()
    await walk(browser, url(service), account)
    guichet.pass(290)
    expect((await walk(browser, url(service), account)).met).toEqual([])
    guichet.pass(301)
    expect((await browser.go(url(service, { prompt: 'none' }))).away?.searchParams.get('code')).toBeTruthy()
    guichet.pass(301)
    expect((await walk(browser, url(service), account)).met).toEqual(['select_account'])
  })

  it('ends a session after thirty minutes without activity, and after eight hours whatever happens', async () => {
    const { service, account, browser } = await begun()
    await walk(browser, url(service), account)
    guichet.pass(1830)
    expect((await browser.go('/test/session')).json.session).toBeNull()
    expect((await browser.go(url(service))).json).toMatchObject(atLogin)
    await walk(browser, url(service), account)
    for (let minutes = 20; minutes < 8 * 60; minutes += 20) {
      guichet.pass(1200)
      expect((await walk(browser, url(service), account)).met).toEqual(['select_account'])
    }
    guichet.pass(1200)
    expect((await browser.go('/test/session')).json.session).toBeNull()
    expect((await browser.go(url(service))).json).toMatchObject(atLogin)
  })

  it('asks for terms of a new version before anything is given', async () => {
    const { service, account, browser } = await begun()
    await walk(browser, url(service), account)
    guichet.currentTerms.version = '2'
    const page = await browser.go(url(service))
    expect(page.url.pathname).toMatch(/^\/connexion\/[^/]+\/conditions$/)
    expect(errorOf(await browser.go(url(service, { prompt: 'none' })))).toBe('interaction_required')
    const terms = { version: '2', hash: 'h', acceptedAt: guichet.clock() }
    await guichet.stores.accounts.change(account, 2, { terms }, {})
    expect((await browser.answer(page, { kind: 'termsAccepted' })).away?.searchParams.get('code')).toBeTruthy()
    guichet.currentTerms.version = '1'
    await guichet.stores.accounts.change(account, 3, { terms: { ...terms, version: '1' } }, {})
  })

  describe('consent', () => {
    it('is remembered across sessions, and asked again only for what is new', async () => {
      const { service, account } = await begun()
      const ask = { scope: 'openid email' }
      expect((await walk(guichet.aBrowser(), url(service, ask), account)).met).toEqual(['login', 'consent'])
      expect((await walk(guichet.aBrowser(), url(service, ask), account)).met).toEqual(['login'])
      const page = await guichet.aBrowser().go(url(service, ask))
      expect(page.json).toMatchObject(atLogin)
      const browser = guichet.aBrowser()
      const more = await browser.signIn(await browser.go(url(service, { scope: 'openid email phone' })), account)
      expect(more.json).toMatchObject(consent)
      expect(more.json.asked).toEqual({ scopes: ['openid', 'email', 'phone'], claims: [], fresh: ['phone'] })
    })

    it('is asked again once withdrawn', async () => {
      const { service, account, browser } = await begun()
      await walk(browser, url(service), account)
      await guichet.stores.consents.withdraw(account, service.id, {})
      await guichet.stores.artefacts.endService(service.id, account)
      expect((await browser.go(url(service))).json).toMatchObject(consent)
    })

    it('gives the service access_denied when refused, and nothing is remembered', async () => {
      const { service, account, browser } = await begun()
      const page = await browser.signIn(await browser.go(url(service)), account)
      const refused = await browser.answer(page, { kind: 'denied' })
      expect(errorOf(refused)).toBe('access_denied')
      expect(refused.away?.searchParams.get('state')).toBe('the-state')
      expect(await guichet.stores.consents.find(account, service.id)).toBeUndefined()
    })

    it('is asked each time by an installed application, and for prompt=consent', async () => {
      const native = await begun({ native: true, public: true, redirectUris: ['fr.exemple.app:/cb'] })
      await walk(native.browser, url(native.service), native.account)
      expect((await walk(native.browser, url(native.service), native.account)).met).toEqual(['consent'])
      const web = await begun()
      await walk(web.browser, url(web.service), web.account)
      expect((await walk(web.browser, url(web.service, { prompt: 'consent' }), web.account)).met).toEqual(['consent'])
    })

    it("is not asked by the operator's own services, offline access included", async () => {
      const { service, account, browser } = await begun({ firstParty: true })
      const extra = { scope: 'openid email offline_access', prompt: 'consent' }
      const { tokens, met } = await signedIn(guichet, service, account, extra, browser)
      expect(met).toEqual(['login'])
      expect(tokens.json.refresh_token).toEqual(expect.any(String))
    })

    it('covers claims asked for one by one', async () => {
      const { service, account, browser } = await begun()
      await walk(browser, url(service, { scope: 'openid email' }), account)
      const claims = JSON.stringify({ id_token: { email: null, phone_number: null } })
      const page = await browser.go(url(service, { scope: 'openid email', claims }))
      expect(page.json.asked).toEqual({ scopes: ['openid', 'email'], claims: ['email'], fresh: ['email'] })
    })
  })

  describe('levels of assurance', () => {
    it('gives the level asked for', async () => {
      const { service, account } = await begun()
      const { tokens } = await signedIn(guichet, service, account, { acr_values: 'eidas1 eidas2' })
      expect(payloadOf(tokens.json.id_token).acr).toBe('eidas1')
    })

    it('refuses at once a level that nobody can have here', async () => {
      const { service, browser } = await begun()
      for (const extra of [
        { acr_values: 'eidas2' },
        { acr_values: 'eidas3', prompt: 'none' },
        { claims: JSON.stringify({ id_token: { acr: { essential: true, value: 'eidas2' } } }) },
      ]) {
        expect(errorOf(await browser.go(url(service, extra)))).toBe('unmet_authentication_requirements')
      }
    })
  })

  describe('id_token_hint', () => {
    it('is met by the session of the same person, and refuses another one', async () => {
      const { service, account, browser } = await begun()
      const { tokens } = await signedIn(guichet, service, account, {}, browser)
      const hint = { id_token_hint: String(tokens.json.id_token) }
      expect((await walk(browser, url(service, hint), account)).met).toEqual([])
      const stranger = guichet.aBrowser()
      const page = await stranger.signIn(await stranger.go(url(service, hint)), await guichet.anAccount())
      expect(errorOf(page)).toBe('login_required')
    })
  })

  it('is told the languages asked for and who is expected', async () => {
    const { service, browser } = await begun()
    const page = await browser.go(url(service, { ui_locales: 'en fr', login_hint: 'somebody' }))
    expect(page.json.interaction).toMatchObject({ uiLocales: 'en fr', loginHint: 'somebody' })
    expect(page.json.interaction.redirectOrigin).toBe('http://127.0.0.1:9')
    expect(page.json.interaction.service).toMatchObject({ name: 'Un service', homePage: 'https://service.example/' })
  })

  describe('a session that must not be taken', () => {
    it('is a new one at sign-in: an id known before is worth nothing after', async () => {
      const { service, account, browser } = await begun()
      await walk(browser, url(service), account)
      const planted = browser.copy()
      await walk(browser, url(service, { prompt: 'login' }), account)
      const thief = guichet.aBrowser()
      thief.put(planted)
      expect((await thief.go('/test/session')).json.session).toBeNull()
    })

    it('is refused once the account is suspended, or was emptied of its sessions', async () => {
      for (const change of [
        { status: 'suspended' },
        { validAfter: new Date(Date.now() + 30 * 24 * 3_600_000) },
      ] as const) {
        const { service, account, browser } = await begun()
        await walk(browser, url(service), account)
        await guichet.stores.accounts.change(account, 2, change, {})
        expect((await browser.go('/test/session')).json.session).toBeNull()
        expect((await browser.go(url(service))).json).toMatchObject(atLogin)
        expect(errorOf(await browser.go(url(service, { prompt: 'none' })))).toBe('login_required')
      }
    })

    it('gives way when somebody else signs in, and their services are told', async () => {
      const { service, account, browser } = await begun({ backchannelLogoutUri: 'http://127.0.0.1:9/logout' })
      await walk(browser, url(service), account)
      const before = await guichet.stores.jobs.count('backchannelLogout')
      const other = await guichet.anAccount()
      const page = await browser.signIn(await browser.go(url(service, { prompt: 'login' })), other)
      expect(page.json).toMatchObject(consent)
      expect((await browser.go('/test/session')).json.session.accountId).toBe(other)
      expect(await guichet.stores.jobs.count('backchannelLogout')).toBe(before + 1)
    })
  })

  it('signs in to Guichet itself by a request of its own', async () => {
    const browser = guichet.aBrowser()
    const account = await guichet.anAccount()
    const { page, met } = await walk(browser, guichet.oidc.interactions.ownSignInUrl(), account)
    expect(met).toEqual(['login'])
    expect(page.json).toEqual({ page: 'own' })
    expect((await browser.go('/test/session')).json.session.accountId).toBe(account)
  })

  it('gives codes that only PKCE redeems, by default', async () => {
    const { service, account, browser } = await begun()
    expect(errorOf(await browser.go(authorizeUrl(service, undefined)))).toBe('invalid_request')
    const { verifier, challenge } = pkce()
    const { page } = await walk(browser, authorizeUrl(service, challenge), account)
    const code = page.away?.searchParams.get('code') ?? ''
    expect((await redeem(guichet, service, code, pkce().verifier)).json.error).toBe('invalid_grant')
    expect((await redeem(guichet, service, code, verifier)).status).toBe(200)
  })
})
