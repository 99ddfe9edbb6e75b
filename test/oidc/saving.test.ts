import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreAway } from '../../src/stores/contracts.ts'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, call, pkce, refresh, signedIn, userinfo } from './support/service.ts'

const offline = { scope: 'openid email offline_access', prompt: 'consent' }

describe('what a request gives out', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  /** The store is away for what is saved under these models, while this is done. */
  const awayFor = async <T>(models: readonly string[], act: () => Promise<T>): Promise<T> => {
    const { artefacts } = guichet.stores
    const { upsert } = artefacts
    const away: typeof upsert = async (model, ...rest) => {
      if (models.includes(model)) throw new StoreAway('away')
      return upsert(model, ...rest)
    }
    Object.assign(artefacts, { upsert: away })
    try {
      return await act()
    } finally {
      Object.assign(artefacts, { upsert })
    }
  }
  const begun = async (extra: Record<string, string> = {}) => {
    const service = await guichet.aService()
    const { browser, tokens } = await signedIn(guichet, service, await guichet.anAccount(), extra)
    return { service, browser, tokens: tokens.json }
  }

  it.each(['AuthorizationCode', 'Session'])(
    'is not sent to a service when it could not be saved (%s): a page says so, without code nor session',
    async model => {
      const { service, browser } = await begun()
      const { verifier, challenge } = pkce()
      for (const extra of [{}, { response_mode: 'form_post' }]) {
        const page = await awayFor([model], () => browser.once(authorizeUrl(service, challenge, extra)))
        expect([page.status, page.headers.get('location')]).toEqual([503, null])
        const cookies = page.headers.getSetCookie().map(line => line.split('=')[0])
        expect(cookies).not.toContain('guichet_session')
        const text = await page.text()
        expect(text).toContain('STORE_AWAY')
        expect(text).not.toContain('name="code"')
      }
      const again = await browser.go(authorizeUrl(service, challenge))
      const code = again.away?.searchParams.get('code') ?? ''
      const redeemed = await call(guichet, '/token', service, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: service.redirectUri,
        code_verifier: verifier,
      })
      expect(redeemed.status).toBe(200)
    },
  )

  it.each(['AccessToken', 'RefreshToken'])(
    'is not answered as a token when it could not be saved (%s)',
    async model => {
      const { service, tokens } = await begun(offline)
      const answer = await awayFor([model], () => refresh(guichet, service, tokens.refresh_token))
      expect([answer.status, answer.json.error]).toEqual([503, 'temporarily_unavailable'])
      expect(Object.keys(answer.json)).not.toEqual(expect.arrayContaining(['access_token']))
      expect(JSON.stringify(answer.json)).not.toContain('token":')
    },
  )

  it('is not saved when the request fails in the end', async () => {
    const { service, tokens } = await begun(offline)
    const { artefacts, accounts } = guichet.stores
    const saved: string[] = []
    const { upsert } = artefacts
    const watched: typeof upsert = async (model, ...rest) => {
      saved.push(model)
      return upsert(model, ...rest)
    }
    const { find } = accounts
    Object.assign(artefacts, { upsert: watched })
    Object.assign(accounts, { find: async () => undefined })
    const answer = await refresh(guichet, service, tokens.refresh_token)
    Object.assign(artefacts, { upsert })
    Object.assign(accounts, { find })
    expect(answer.json.error).toBe('invalid_grant')
    expect(saved).toEqual([])
  })

  it('lives with its session, and its Grant is looked at each time', async () => {
    const { tokens } = await begun()
    expect((await userinfo(guichet, tokens.access_token)).status).toBe(200)
    const { grantId } = (await guichet.stores.artefacts.find('AccessToken', tokens.access_token))?.payload ?? {}
    await guichet.stores.artefacts.destroy('Grant', String(grantId))
    expect((await userinfo(guichet, tokens.access_token)).status).toBe(401)
  })
})
