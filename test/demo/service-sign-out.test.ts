import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { type CryptoKey, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { aRunningService, clientId, type Running } from './running-service.ts'
import { aBrowser, type Page } from './support.ts'

const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} }

describe('leaving the sample service', () => {
  let running: Running

  beforeEach(async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined) // oidc-provider's, about its memory adapter
    running = await aRunningService()
  })
  afterEach(async () => {
    await running.stop()
    jest.restoreAllMocks()
  })

  const sidOf = (page: Page): string => /&quot;sid&quot;: &quot;([^&]+)&quot;/.exec(page.body)?.[1] ?? 'none'

  const logoutToken = (
    changes: JWTPayload,
    header: Record<string, unknown> = {},
    key: CryptoKey = running.provider.signingKey,
  ) =>
    new SignJWT({
      iss: running.provider.issuer,
      aud: clientId,
      jti: crypto.randomUUID(),
      events: logoutEvent,
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256', kid: running.provider.kid, typ: 'logout+jwt', ...header })
      .setIssuedAt()
      .sign(key)
  const tellLogout = async (token: string): Promise<number> =>
    (await aBrowser().post(`${running.service.url}/backchannel-logout`, { logout_token: token })).status

  it('signs out here and at the provider, and comes back to say so once', async () => {
    const { provider, service, browser, signIn, post, isSignedIn } = running
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
    const { service, browser, signIn, isSignedIn } = running
    await signIn()
    const foreign = { Origin: 'http://localhost:3002', 'Sec-Fetch-Site': 'same-site' }
    expect((await browser.post(`${service.url}/deconnexion`, {}, foreign)).status).toBe(403)
    expect(await isSignedIn()).toBe(true)
  })

  it('ends the session that a logout token names, and says so', async () => {
    const { provider, service, browser, signIn, isSignedIn } = running
    const sid = sidOf(await signIn())
    expect(await tellLogout(await logoutToken({ sid: 'another' }))).toBe(200)
    expect(await isSignedIn()).toBe(true)
    expect(await tellLogout(await logoutToken({ sid, sub: provider.accountId }))).toBe(200)
    expect((await browser.get(`${service.url}/mon-espace`)).body).toContain('Votre session a été fermée depuis Guichet')
    expect((await browser.get(service.url)).body).not.toContain('fermée depuis Guichet')
  })

  it('ends every session of a person named by sub alone', async () => {
    const { provider, signIn, isSignedIn } = running
    await signIn()
    expect(await tellLogout(await logoutToken({ sub: provider.accountId }))).toBe(200)
    expect(await isSignedIn()).toBe(false)
  })

  it('refuses logout tokens that are forged, stale, of another kind, or used already', async () => {
    const { provider, signIn, isSignedIn } = running
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
})
