import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreAway } from '../../src/stores/contracts.ts'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, call, pkce, redeem, walk } from './support/service.ts'

describe('pages of the protocol', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())
  const url = (service: Parameters<typeof authorizeUrl>[0], extra: Record<string, string> = {}) =>
    authorizeUrl(service, pkce().challenge, extra)

  it('tell of a service that is not known', async () => {
    const page = await guichet.aBrowser().go(url({ id: 'nobody', secret: '', redirectUri: 'https://nobody.example/' }))
    expect(page.status).toBe(400)
    expect(page.json).toMatchObject({ page: 'error', code: 'SERVICE_UNKNOWN' })
    expect(page.away).toBeUndefined()
  })

  it('tell of an address that the service did not register, and never send anybody there', async () => {
    const service = await guichet.aService()
    for (const redirectUri of [
      'https://evil.example/',
      `${service.redirectUri}/`,
      `${service.redirectUri}?a=b`,
      'http://127.0.0.1:10/cb',
    ]) {
      const page = await guichet.aBrowser().go(url({ ...service, redirectUri }))
      expect(page.json).toMatchObject({ page: 'error', code: 'REDIRECT_URI_UNKNOWN', service: { id: service.id } })
      expect(page.away).toBeUndefined()
    }
  })

  it('send other mistakes to the service, as the specifications say', async () => {
    const service = await guichet.aService()
    const page = await guichet.aBrowser().go(url(service, { code_challenge_method: 'plain' }))
    expect(page.away?.searchParams.get('error')).toBe('invalid_request')
    expect(page.away?.searchParams.get('state')).toBe('the-state')
  })

  it('tell of a request that expired, with the service that this browser still knows', async () => {
    const service = await guichet.aService()
    const browser = guichet.aBrowser()
    const page = await browser.go(url(service))
    guichet.pass(3700)
    const late = await browser.go(page.url.pathname)
    expect(late.json).toMatchObject({ kind: 'expired', service: { id: service.id }, signedIn: false })
    const resumed = await browser.go(`/authorize/${page.json.interaction.uid}`)
    expect(resumed.json).toMatchObject({ path: page.url.pathname, kind: 'expired', service: { id: service.id } })
    guichet.pass(24 * 3600)
    expect((await browser.go(page.url.pathname)).json).toMatchObject({ kind: 'expired' })
    expect((await browser.go(page.url.pathname)).json.service).toBeUndefined()
  })

  it('tell somebody who comes back after signing in that it is done', async () => {
    const service = await guichet.aService()
    const browser = guichet.aBrowser()
    const page = await browser.go(url(service))
    await browser.signIn(page, await guichet.anAccount())
    expect((await browser.go(page.url.pathname)).json).toMatchObject({
      kind: 'over',
      service: { id: service.id },
      signedIn: true,
    })
  })

  it('take a double click for one answer', async () => {
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const browser = guichet.aBrowser()
    const page = await browser.signIn(await browser.go(url(service)), account)
    const before = guichet.events.filter(({ name }) => name === 'consent.given').length
    const answer = { method: 'POST', body: JSON.stringify({ answer: { kind: 'consent' } }) }
    const places = [await browser.once(page.url.pathname, answer), await browser.once(page.url.pathname, answer)]
    expect(places.map(({ headers }) => headers.get('location'))).toEqual(
      Array(2).fill(`${guichet.issuer}/authorize/${page.json.interaction.uid}`),
    )
    expect(guichet.events.filter(({ name }) => name === 'consent.given')).toHaveLength(before + 1)
    const end = await browser.go(`/authorize/${page.json.interaction.uid}`)
    expect(end.away?.searchParams.get('code')).toBeTruthy()
    const late = await browser.answer(page, { kind: 'consent' })
    expect(late.json).toMatchObject({ kind: 'over', service: { id: service.id } })
  })

  it("refuse an address copied into another browser: that request is the first one's", async () => {
    const service = await guichet.aService()
    const page = await guichet.aBrowser().go(url(service))
    const stranger = guichet.aBrowser()
    expect((await stranger.go(page.url.pathname)).json).toMatchObject({
      kind: 'otherBrowser',
      service: { id: service.id },
    })
    const answered = await stranger.signIn(page, await guichet.anAccount())
    expect(answered.json).toMatchObject({ kind: 'otherBrowser' })
    expect((await stranger.go('/test/session')).json.session).toBeNull()
  })

  it("refuse to resume another browser's request, whatever was answered in it", async () => {
    const service = await guichet.aService()
    const first = guichet.aBrowser()
    const page = await first.go(url(service))
    const answer = {
      kind: 'login',
      signedIn: { accountId: await guichet.anAccount(), acr: 'eidas1', amr: ['pwd'], at: new Date() },
    }
    const sent = await first.once(page.url.pathname, { method: 'POST', body: JSON.stringify({ answer }) })
    const victim = guichet.aBrowser()
    expect((await victim.go(sent.headers.get('location') ?? '')).json).toMatchObject({ code: 'INTERACTION_EXPIRED' })
    expect((await victim.go('/test/session')).json.session).toBeNull()
  })

  it('keep two tabs apart, and both arrive', async () => {
    const [a, b] = [await guichet.aService(), await guichet.aService()]
    const account = await guichet.anAccount()
    const browser = guichet.aBrowser()
    const [first, second] = [pkce(), pkce()]
    const tabA = await browser.go(authorizeUrl(a, first.challenge))
    const tabB = await browser.go(authorizeUrl(b, second.challenge))
    const consentA = await browser.signIn(tabA, account)
    const consentB = await browser.signIn(tabB, account)
    const endB = await browser.answer(consentB, { kind: 'consent' })
    const endA = await browser.answer(consentA, { kind: 'consent' })
    const codes = [endA, endB].map(({ away }) => away?.searchParams.get('code') ?? '')
    expect((await redeem(guichet, a, codes[0] ?? '', first.verifier)).status).toBe(200)
    expect((await redeem(guichet, b, codes[1] ?? '', second.verifier)).status).toBe(200)
  })

  it('keep two tabs of two accounts apart: the one signed in last stays, the other begins again', async () => {
    const service = await guichet.aService()
    const browser = guichet.aBrowser()
    const [one, other] = [await guichet.anAccount(), await guichet.anAccount()]
    const [tabA, tabB] = [await browser.go(url(service)), await browser.go(url(service))]
    const consentA = await browser.signIn(tabA, one)
    const consentB = await browser.signIn(tabB, other)
    expect(consentB.json.interaction.accountId).toBe(other)
    const late = await browser.answer(consentA, { kind: 'consent' })
    expect(late.json).toMatchObject({ kind: 'over', signedIn: true })
    expect(await guichet.stores.consents.find(one, service.id)).toBeUndefined()
    expect((await browser.go('/test/session')).json.session.accountId).toBe(other)
  })

  it('wait for a long sign-up, though the session that stood at its start has ended', async () => {
    const service = await guichet.aService()
    const browser = guichet.aBrowser()
    await walk(browser, url(service), await guichet.anAccount())
    const page = await browser.go(url(service, { prompt: 'create' }))
    guichet.pass(1900)
    const later = await browser.go(page.url.pathname)
    expect(later.json).toMatchObject({ kind: 'found', interaction: { prompt: 'create' } })
    expect(later.json.interaction.accountId).toBeUndefined()
    const signedUp = await browser.signIn(later, await guichet.anAccount(), 'create')
    expect(signedUp.json).toMatchObject({ kind: 'found', interaction: { prompt: 'consent' } })
  })

  it('are reached by POST too, as the specifications want', async () => {
    const service = await guichet.aService()
    const fields = Object.fromEntries(new URL(url(service), guichet.origin).searchParams)
    const account = await guichet.anAccount()
    const browser = guichet.aBrowser()
    const page = await browser.post('/authorize', fields)
    expect(page.json).toMatchObject({ kind: 'found', interaction: { prompt: 'login' } })
    await browser.signIn(page, account)
    expect((await browser.post('/session/end', { client_id: service.id })).json).toMatchObject({ page: 'signOut' })
    const tooLarge = await browser.post('/authorize', { ...fields, state: 'x'.repeat(9000) })
    expect(tooLarge.json).toMatchObject({ page: 'error', code: 'TOO_LARGE' })
  })

  it('take from what is posted there what the specifications know: nothing else comes into an address', async () => {
    for (const path of ['/authorize', '/session/end']) {
      const answer = await fetch(new URL(path, guichet.origin), {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ client_id: 'x', password: 'Tournesol-Bleu-42', nir: '1 99' }),
      })
      const location = answer.headers.get('location') ?? ''
      expect([answer.status, new URL(location, guichet.origin).search]).toEqual([303, '?client_id=x'])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  it('keep eight requests for a browser at most, the newest', async () => {
    const service = await guichet.aService()
    const browser = guichet.aBrowser()
    const pages = []
    for (let n = 0; n < 10; n += 1) {
      pages.push(await browser.go(url(service)))
      guichet.pass(1)
    }
    const kept = browser.cookies().filter(({ name }) => name.startsWith('guichet_request_'))
    expect(kept).toHaveLength(8)
    expect((await browser.go(pages[9]?.url.pathname ?? '')).json.kind).toBe('found')
    expect((await browser.go(pages[0]?.url.pathname ?? '')).json.kind).toBe('otherBrowser')
  })

  it('answer by a form that sends itself, within a strict policy', async () => {
    const service = await guichet.aService({ redirectUris: ['https://form.example/cb'] })
    const { page } = await walk(
      guichet.aBrowser(),
      url(service, { response_mode: 'form_post' }),
      await guichet.anAccount(),
    )
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.text).toContain('action="https://form.example/cb"')
    expect(page.text).toMatch(/name="code" value="[^"]+"/)
    expect(page.text).toContain('<html lang="fr">')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]+'/)
    expect(policy).toContain("form-action 'self' https://form.example")
    expect(policy).not.toContain('unsafe')
  })

  it('send an error the same way, written so that nothing in it is code', async () => {
    const service = await guichet.aService({ redirectUris: ['https://form.example/cb'] })
    const extra = { response_mode: 'form_post', prompt: 'none', state: '"><script>alert(1)</script>' }
    const page = await guichet.aBrowser().go(url(service, extra))
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(page.text).toMatch(/name="error" value="login_required"/)
    expect(page.text).not.toContain('<script>alert')
  })

  it('take a fault of ours for what it is, and say nothing of it', async () => {
    const service = await guichet.aService()
    const broken = await aGuichet({
      stores: {
        ...guichet.stores,
        services: {
          ...guichet.stores.services,
          find: async () => {
            throw new Error('inside')
          },
        },
      },
    })
    const page = await broken.aBrowser().go(url(service))
    expect([page.status, page.json.code, page.json.detail]).toEqual([500, 'FAULT', undefined])
    expect(page.text).not.toContain('inside')
    expect(broken.faults).toHaveLength(1)
    await broken.stop()
  })

  it('ask to try again while the store is away, person and machine', async () => {
    const service = await guichet.aService()
    const away = async (): Promise<never> => {
      throw new StoreAway('away')
    }
    const artefacts = { ...guichet.stores.artefacts, upsert: away, find: away }
    const house = await aGuichet({ stores: { ...guichet.stores, artefacts } })
    const page = await house.aBrowser().go(url(service))
    expect([page.status, page.json.code]).toEqual([503, 'STORE_AWAY'])
    const refused = await call(house, '/token', service, { grant_type: 'refresh_token', refresh_token: 'x' })
    expect([refused.status, refused.json.error]).toEqual([503, 'temporarily_unavailable'])
    expect(refused.headers.get('retry-after')).toBe('60')
    await house.stop()
  })

  it('ask the same of who comes back to a request that cannot be looked up', async () => {
    const service = await guichet.aService()
    const browser = guichet.aBrowser()
    const page = await browser.go(url(service))
    const { artefacts } = guichet.stores
    const { find } = artefacts
    artefacts.find = async () => {
      throw new StoreAway('away')
    }
    try {
      const resumed = await browser.go(`/authorize/${page.json.interaction.uid}`)
      expect([resumed.status, resumed.json.fault]).toEqual([503, 'StoreAway'])
    } finally {
      artefacts.find = find
    }
  })
})
