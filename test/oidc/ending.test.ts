import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreAway } from '../../src/stores/contracts.ts'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, payloadOf, pkce, refresh, signedIn, userinfo, walk } from './support/service.ts'

/** A service's own end of the back channel. */
const aReceiver = async () => {
  const tokens: string[] = []
  let status = 200
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    tokens.push(new URLSearchParams(Buffer.concat(chunks).toString()).get('logout_token') ?? '')
    response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`,
    tokens,
    answer: (next: number) => {
      status = next
    },
    stop: () => new Promise(resolve => server.close(resolve)),
  }
}

describe('the end of a session', () => {
  let guichet: Guichet
  let receiver: Awaited<ReturnType<typeof aReceiver>>
  beforeAll(async () => {
    guichet = await aGuichet()
    receiver = await aReceiver()
  })
  afterAll(async () => {
    await receiver.stop()
    await guichet.stop()
  })

  const begun = async (asked: Parameters<Guichet['aService']>[0] = {}, extra: Record<string, string> = {}) => {
    const service = await guichet.aService({
      backchannelLogoutUri: receiver.uri,
      postLogoutRedirectUris: ['http://127.0.0.1:9/bye'],
      ...asked,
    })
    const account = await guichet.anAccount()
    const { tokens, browser } = await signedIn(guichet, service, account, extra)
    return { service, account, browser, tokens: tokens.json }
  }
  const queued = async () => {
    const soon = new Date(guichet.clock().getTime() + 60_000)
    const jobs = await guichet.stores.jobs.lease('backchannelLogout', guichet.clock(), soon, 50)
    for (const { id } of jobs) await guichet.stores.jobs.finish(id, {})
    return jobs
  }
  const deliverAll = async () => {
    const jobs = await queued()
    return Promise.all(jobs.map(({ sealed }) => guichet.oidc.deliverLogout(sealed)))
  }

  it('is asked for by a service, confirmed by the person, told, and leads back to the service', async () => {
    const { service, account, browser, tokens } = await begun()
    const query = new URLSearchParams({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: 'http://127.0.0.1:9/bye',
      state: 'later',
    })
    const page = await browser.go(`/session/end?${query}`)
    expect(page.json).toMatchObject({
      page: 'signOut',
      action: '/session/end/confirm',
      service: { id: service.id },
      redirectOrigin: 'http://127.0.0.1:9',
    })
    expect((await browser.go('/test/session')).json.session.accountId).toBe(account)
    const end = await browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })
    expect(end.away?.href).toBe('http://127.0.0.1:9/bye?state=later')
    expect(end.headers.get('clear-site-data')).toContain('"cache"')
    expect((await browser.go('/test/session')).json.session).toBeNull()
    expect((await userinfo(guichet, tokens.access_token)).status).toBe(401)
    expect(guichet.events).toContainEqual(
      expect.objectContaining({ name: 'session.ended', details: { account, by: 'service' } }),
    )

    expect(await deliverAll()).toEqual(['delivered'])
    const told = payloadOf(receiver.tokens.at(-1) ?? '')
    const idToken = payloadOf(tokens.id_token)
    expect(told).toMatchObject({
      iss: guichet.issuer,
      aud: service.id,
      sub: idToken.sub,
      sid: idToken.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(told).not.toHaveProperty('nonce')
  })

  it('is not done by anybody else: a wrong form token ends nothing', async () => {
    const { browser } = await begun()
    await browser.go('/session/end')
    const page = await browser.post('/session/end/confirm', { xsrf: 'guessed', logout: 'yes' })
    expect(page.json).toMatchObject({ page: 'error', code: 'REQUEST_REFUSED' })
    expect((await browser.go('/test/session')).json.session).not.toBeNull()
    await queued()
  })

  it('is for good: a request on its way at that moment does not bring the session back', async () => {
    const { service, browser } = await begun()
    const before = browser.copy()
    const late = guichet.aBrowser()
    late.put(before)
    const page = await browser.go('/session/end')
    await Promise.all([
      browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' }),
      ...[1, 2, 3].map(() => late.go(authorizeUrl(service, pkce().challenge))),
    ])
    for (const one of [browser, late]) expect((await one.go('/test/session')).json.session).toBeNull()
    await queued()
  })

  it('is told once, however often the button is pressed', async () => {
    const { account, browser } = await begun()
    const page = await browser.go('/session/end')
    const press = () => browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })
    await Promise.all([press(), press()])
    expect((await press()).json).toMatchObject({ page: 'signedOut' })
    const ends = guichet.events.filter(event => event.name === 'session.ended' && event.details.account === account)
    expect(ends).toHaveLength(1)
    await queued()
  })

  it('refuses to lead to an address that is not registered', async () => {
    const { browser, tokens } = await begun()
    const query = new URLSearchParams({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: 'https://evil.example/',
    })
    expect((await browser.go(`/session/end?${query}`)).json).toMatchObject({ page: 'error', code: 'REQUEST_REFUSED' })
  })

  it('says so when it is asked for from Guichet itself, and again when there is no session', async () => {
    const { browser } = await begun()
    const page = await browser.go('/session/end')
    expect((await browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })).json).toMatchObject({
      page: 'signedOut',
    })
    await queued()
    const nobody = guichet.aBrowser()
    const automatic = await nobody.go('/session/end')
    expect(automatic.text).toContain('<html lang="fr">')
    expect(automatic.text).toContain(`action="${guichet.issuer}/session/end/confirm"`)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(automatic.text)?.[1] ?? ''
    expect((await nobody.post('/session/end/confirm', { xsrf, logout: 'yes' })).json).toMatchObject({
      page: 'signedOut',
    })
  })

  it('leads back to the service too when the session is over already, within the policy', async () => {
    const service = await guichet.aService({ postLogoutRedirectUris: ['http://127.0.0.1:9/bye'] })
    const query = new URLSearchParams({
      client_id: service.id,
      post_logout_redirect_uri: 'http://127.0.0.1:9/bye',
      state: 'later',
    })
    const nobody = guichet.aBrowser()
    const automatic = await nobody.go(`/session/end?${query}`)
    expect(automatic.headers.get('content-security-policy')).toMatch(/form-action [^;]*http:\/\/127\.0\.0\.1:9(;|$)/)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(automatic.text)?.[1] ?? ''
    const confirmed = await nobody.post('/session/end/confirm', { xsrf, logout: 'yes' })
    expect(confirmed.headers.get('location')).toBe('http://127.0.0.1:9/bye?state=later')
  })

  it('leaves what was granted beyond it: offline access lives on', async () => {
    const { service, browser, tokens } = await begun({}, { scope: 'openid offline_access', prompt: 'consent' })
    const page = await browser.go('/session/end')
    await browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })
    expect((await refresh(guichet, service, tokens.refresh_token)).status).toBe(200)
    await queued()
  })

  it('is told to every service of the session, once each', async () => {
    const { account, browser } = await begun()
    const second = await guichet.aService({ backchannelLogoutUri: receiver.uri })
    await walk(browser, authorizeUrl(second, pkce().challenge), account)
    const silent = await guichet.aService()
    await walk(browser, authorizeUrl(silent, pkce().challenge), account)
    const page = await browser.go('/session/end')
    await browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })
    expect(await queued()).toHaveLength(2)
  })

  it('is tried again when the service does not answer well, and given up when it is gone', async () => {
    const { service, browser } = await begun()
    const page = await browser.go('/session/end')
    await browser.post(page.json.action, { xsrf: page.json.xsrf, logout: 'yes' })
    const [job] = await queued()
    receiver.answer(503)
    expect(await guichet.oidc.deliverLogout(job?.sealed ?? '')).toBe('retry')
    receiver.answer(200)
    expect(await guichet.oidc.deliverLogout(job?.sealed ?? '')).toBe('delivered')
    await guichet.services.remove(service.id, 'test')
    expect(await guichet.oidc.deliverLogout(job?.sealed ?? '')).toBe('gone')
    expect(await guichet.oidc.deliverLogout('nonsense')).toBe('gone')
    expect(job?.sealed).not.toContain(service.id)
  })

  it('comes by itself: services of expired sessions are told, once', async () => {
    guichet.pass(1900)
    await guichet.oidc.endExpiredSessions(guichet.clock(), 100)
    await queued()
    const { account, tokens } = await begun()
    guichet.pass(1900)
    expect(await guichet.oidc.endExpiredSessions(guichet.clock(), 100)).toBe(1)
    expect(await guichet.oidc.endExpiredSessions(guichet.clock(), 100)).toBe(0)
    expect(await deliverAll()).toEqual(['delivered'])
    expect(payloadOf(receiver.tokens.at(-1) ?? '').sub).toBe(payloadOf(tokens.id_token).sub)
    expect(guichet.events).toContainEqual(
      expect.objectContaining({ name: 'session.ended', details: { account, by: 'expiry' } }),
    )
  })

  it('that a process died at half-way is told by the next one, when the lease is over', async () => {
    const { account } = await begun()
    guichet.pass(1900)
    const now = guichet.clock()
    expect(
      await guichet.stores.artefacts.leaseExpiredSessions(now, new Date(now.getTime() + 60_000), 100),
    ).toHaveLength(1)
    expect(await guichet.oidc.endExpiredSessions(guichet.clock(), 100)).toBe(0)
    guichet.pass(61)
    expect(await guichet.oidc.endExpiredSessions(guichet.clock(), 100)).toBe(1)
    expect(await deliverAll()).toEqual(['delivered'])
    expect(guichet.events).toContainEqual(
      expect.objectContaining({ name: 'session.ended', details: { account, by: 'expiry' } }),
    )
  })

  it('does not come of a new id that could not be written: the session stands under its former one', async () => {
    const { service, account, browser } = await begun()
    const { artefacts } = guichet.stores
    const { upsert } = artefacts
    const page = await browser.go(authorizeUrl(service, pkce().challenge, { prompt: 'login' }))
    const before = browser.copy()
    const [session] = await artefacts.sessions(account)
    artefacts.upsert = async (model, ...given) => {
      if (model === 'Session') throw new StoreAway('away')
      return upsert(model, ...given)
    }
    try {
      expect((await browser.signIn(page, account)).status).toBe(503)
    } finally {
      artefacts.upsert = upsert
    }
    expect((await artefacts.sessions(account)).map(({ uid }) => uid)).toEqual([session?.uid])
    browser.put(before)
    const again = await browser.go(authorizeUrl(service, pkce().challenge, { prompt: 'none' }))
    expect(again.away?.searchParams.get('code')).toEqual(expect.any(String))
  })

  it('is told once when two processes end it at the same moment', async () => {
    const { account } = await begun()
    await Promise.all([1, 2].map(() => guichet.oidc.endAccount(account, 'recovery')))
    expect(await deliverAll()).toEqual(['delivered'])
  })

  it('ends everything of an account: sessions, grants, codes and refresh tokens', async () => {
    const { service, account, browser, tokens } = await begun({}, { scope: 'openid offline_access', prompt: 'consent' })
    const elsewhere = await signedIn(guichet, service, account)
    await queued()
    await guichet.oidc.endAccount(account, 'recovery')
    await guichet.oidc.endAccount(account, 'recovery')
    for (const one of [browser, elsewhere.browser]) {
      expect((await one.go('/test/session')).json.session).toBeNull()
    }
    expect((await refresh(guichet, service, tokens.refresh_token)).json.error).toBe('invalid_grant')
    expect((await userinfo(guichet, elsewhere.tokens.json.access_token)).status).toBe(401)
    expect(await deliverAll()).toEqual(['delivered', 'delivered'])
  })
})
