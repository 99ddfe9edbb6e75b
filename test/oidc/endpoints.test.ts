import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, call, pkce, redeem, refresh, signedIn, userinfo, walk } from './support/service.ts'

describe('what services call', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  describe('authentication', () => {
    it('takes the secret in the header or in the body, and no other secret', async () => {
      const grant = { grant_type: 'client_credentials' }
      const asked = { grantTypes: ['client_credentials'], redirectUris: [], scopes: [] }
      const basic = await guichet.aService(asked)
      expect((await call(guichet, '/token', basic, grant)).status).toBe(200)
      const wrong = await call(guichet, '/token', { ...basic, secret: 'wrong' }, grant)
      expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client'])
      const post = await guichet.aService({ ...asked, authMethod: 'client_secret_post' })
      const inBody = { ...grant, client_secret: post.secret }
      expect((await call(guichet, '/token', { id: post.id, secret: '' }, inBody)).status).toBe(200)
    })

    it('takes the current and the former secret until the former ends', async () => {
      const service = await guichet.aService({ grantTypes: ['client_credentials'], redirectUris: [], scopes: [] })
      const rotated = await guichet.services.rotateSecret(service.id, 60, 'test')
      if (rotated.kind !== 'rotated') throw new Error(rotated.kind)
      const tried = async (secret: string) =>
        (await call(guichet, '/token', { ...service, secret }, { grant_type: 'client_credentials' })).status
      expect([await tried(service.secret), await tried(rotated.secret)]).toEqual([200, 200])
      guichet.pass(61)
      expect([await tried(service.secret), await tried(rotated.secret)]).toEqual([401, 200])
    })

    it('never takes the hash for the secret', async () => {
      const service = await guichet.aService({ grantTypes: ['client_credentials'], redirectUris: [], scopes: [] })
      const hash = (await guichet.services.show(service.id))?.secrets[0]?.hash ?? ''
      expect(
        (await call(guichet, '/token', { ...service, secret: hash }, { grant_type: 'client_credentials' })).status,
      ).toBe(401)
    })
  })

  describe('client_credentials', () => {
    it('gives a service its own token, with the scopes that it is registered for', async () => {
      const asked = { grantTypes: ['client_credentials'], redirectUris: [], scopes: ['email'] }
      const service = await guichet.aService(asked)
      const own = await call(guichet, '/token', service, { grant_type: 'client_credentials' })
      expect(own.json).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
      expect(own.json).not.toHaveProperty('refresh_token')
      for (const scope of ['phone', 'anything:else']) {
        const refused = await call(guichet, '/token', service, { grant_type: 'client_credentials', scope })
        expect([refused.status, refused.json.error]).toEqual([400, 'invalid_scope'])
      }
      expect((await userinfo(guichet, own.json.access_token)).status).toBe(401)
    })

    it('is refused to a service that is not registered for it', async () => {
      const service = await guichet.aService()
      expect((await call(guichet, '/token', service, { grant_type: 'client_credentials' })).status).toBe(400)
    })
  })

  describe('introspection', () => {
    it("tells a service about its own tokens, and nobody about another's", async () => {
      const service = await guichet.aService()
      const { tokens } = await signedIn(guichet, service, await guichet.anAccount(), {
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      const other = await guichet.aService()
      for (const token of [tokens.json.access_token, tokens.json.refresh_token]) {
        expect((await call(guichet, '/introspect', service, { token })).json).toMatchObject({
          active: true,
          client_id: service.id,
          iss: guichet.issuer,
        })
        expect((await call(guichet, '/introspect', other, { token })).json).toEqual({ active: false })
      }
      expect((await call(guichet, '/introspect', other, { token: 'unknown' })).json).toEqual({ active: false })
    })
  })

  describe('revocation', () => {
    it('ends a refresh token with its chain, for its own service alone', async () => {
      const service = await guichet.aService()
      const { tokens } = await signedIn(guichet, service, await guichet.anAccount(), {
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      const token = String(tokens.json.refresh_token)
      expect((await call(guichet, '/revoke', await guichet.aService(), { token })).status).toBe(400)
      expect((await call(guichet, '/revoke', service, { token })).status).toBe(200)
      expect((await refresh(guichet, service, token)).json.error).toBe('invalid_grant')
      expect((await userinfo(guichet, tokens.json.access_token)).status).toBe(401)
      expect((await call(guichet, '/revoke', service, { token })).status).toBe(200)
    })
  })

  describe('pushed requests', () => {
    it('stand for the request, once', async () => {
      const service = await guichet.aService()
      const { verifier, challenge } = pkce()
      const fields = Object.fromEntries(new URL(authorizeUrl(service, challenge), guichet.origin).searchParams)
      const pushed = await call(guichet, '/request', service, fields)
      expect(pushed.status).toBe(201)
      expect(pushed.json.expires_in).toBeLessThanOrEqual(60)
      const query = new URLSearchParams({ client_id: service.id, request_uri: pushed.json.request_uri })
      const account = await guichet.anAccount()
      const browser = guichet.aBrowser()
      const { page } = await walk(browser, `/authorize?${query}`, account)
      const code = page.away?.searchParams.get('code') ?? ''
      expect((await redeem(guichet, service, code, verifier)).status).toBe(200)
      const again = await browser.go(`/authorize?${query}`)
      expect(again.text).not.toContain('code=')
      expect(again.away?.searchParams.get('error') ?? again.json.code).toMatch(/invalid_request_uri|REQUEST_REFUSED/)
    })

    it('are refused when they name an address that is not registered', async () => {
      const service = await guichet.aService()
      const fields = Object.fromEntries(
        new URL(authorizeUrl({ ...service, redirectUri: 'https://evil.example/' }, pkce().challenge), guichet.origin)
          .searchParams,
      )
      const refused = await call(guichet, '/request', service, fields)
      expect(refused.status).toBe(400)
      expect(refused.json).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringContaining('redirect_uri'),
      })
    })
  })

  describe('calls from browsers', () => {
    const cors = async (service: { id: string }, origin: string) => {
      const response = await fetch(`${guichet.origin}/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: service.id, grant_type: 'refresh_token', refresh_token: 'x' }),
        headers: { Origin: origin },
      })
      return response.headers.get('access-control-allow-origin')
    }

    it("are let through for a public service's own origin, and no other", async () => {
      const service = await guichet.aService({ public: true, redirectUris: ['https://spa.example/cb'] })
      expect(await cors(service, 'https://spa.example')).toBe('https://spa.example')
      expect(await cors(service, 'https://evil.example')).toBeNull()
      expect(await cors(service, 'null')).toBeNull()
    })

    it('are refused for a service with a secret', async () => {
      const service = await guichet.aService({ redirectUris: ['https://web.example/cb'] })
      const response = await fetch(`${guichet.origin}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
        headers: {
          Origin: 'https://web.example',
          Authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}`,
        },
      })
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    })

    it('sign a person in to a public service with PKCE and no secret', async () => {
      const service = await guichet.aService({ public: true })
      const { tokens } = await signedIn(guichet, service, await guichet.anAccount())
      expect(service.secret).toBe('')
      expect(tokens.status).toBe(200)
    })
  })

  describe('a disabled service', () => {
    it('is refused at once everywhere: its tokens, its secret, its requests', async () => {
      const service = await guichet.aService()
      const { tokens, browser } = await signedIn(guichet, service, await guichet.anAccount(), {
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      await guichet.services.disable(service.id, 'test')
      expect((await userinfo(guichet, tokens.json.access_token)).status).toBe(401)
      expect((await refresh(guichet, service, tokens.json.refresh_token)).json.error).toBe('invalid_client')
      expect((await call(guichet, '/introspect', service, { token: tokens.json.access_token })).json.error).toBe(
        'invalid_client',
      )
      const page = await browser.go(authorizeUrl(service, pkce().challenge))
      expect(page.json).toMatchObject({ page: 'error', code: 'SERVICE_UNKNOWN' })
      await guichet.services.enable(service.id, 'test')
      expect((await refresh(guichet, service, tokens.json.refresh_token)).json.error).toBe('invalid_grant')
    })

    it('is seen by a process that had it in memory', async () => {
      const service = await guichet.aService({ grantTypes: ['client_credentials'], redirectUris: [], scopes: [] })
      const grant = { grant_type: 'client_credentials' }
      expect((await call(guichet, '/token', service, grant)).status).toBe(200)
      await guichet.services.disable(service.id, 'test')
      expect((await call(guichet, '/token', service, grant)).status).toBe(401)
    })
  })

  it('redeems without PKCE only for a service that an administrator let off it', async () => {
    const service = await guichet.aService({ pkce: 'optional' })
    const { page } = await walk(guichet.aBrowser(), authorizeUrl(service, undefined), await guichet.anAccount())
    const fields = { grant_type: 'authorization_code', redirect_uri: service.redirectUri }
    const code = page.away?.searchParams.get('code') ?? ''
    expect((await call(guichet, '/token', service, { ...fields, code })).status).toBe(200)
  })

  it('says which method an endpoint takes', async () => {
    const read = await fetch(`${guichet.origin}/token`)
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    expect(await read.json()).toMatchObject({ error: 'invalid_request' })
    const written = await fetch(`${guichet.origin}/jwks`, { method: 'DELETE' })
    expect([written.status, written.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(`${guichet.origin}/jwks`, { method: 'HEAD' })).status).toBe(200)
    for (const [path, allowed] of [
      ['/userinfo', 'GET, HEAD, POST, OPTIONS'],
      ['/authorize', 'GET, HEAD, POST'],
      ['/session/end', 'GET, HEAD, POST'],
    ]) {
      const put = await fetch(`${guichet.origin}${path}`, { method: 'PUT' })
      expect([path, put.status, put.headers.get('allow')]).toEqual([path, 405, allowed])
    }
  })

  it('answers machines in JSON whatever they say that they accept', async () => {
    const service = await guichet.aService()
    const answer = await call(
      guichet,
      '/token',
      service,
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { Accept: 'text/html' },
    )
    expect(answer.json.error).toBe('invalid_grant')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
