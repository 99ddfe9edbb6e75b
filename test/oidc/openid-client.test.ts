import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { walk } from './support/service.ts'

describe('a certified client library', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  it('works from the discovery document alone: sign-in, userinfo, refresh, introspection, revocation, sign-out', async () => {
    const service = await guichet.aService({ postLogoutRedirectUris: ['http://127.0.0.1:9/bye'] })
    const config = await client.discovery(new URL(guichet.issuer), service.id, service.secret, undefined, {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    })
    const verifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: service.redirectUri,
      scope: 'openid profile email offline_access',
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      max_age: '3600',
      state,
      nonce,
    })
    const { page } = await walk(guichet.aBrowser(), url.href, await guichet.anAccount())
    if (!page.away) throw new Error(page.text)

    const tokens = await client.authorizationCodeGrant(config, page.away, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      maxAge: 3600,
    })
    const sub = tokens.claims()?.sub ?? ''
    expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ family_name: 'DURAND' })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(sub)
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({ active: true })
    await client.tokenRevocation(config, refreshed.refresh_token ?? '')
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toThrow()
    const end = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://127.0.0.1:9/bye',
    })
    expect(end.href.startsWith(`${guichet.issuer}/session/end?`)).toBe(true)
  })

  it('authenticates with a key of its own, and each assertion serves once', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }
    const { key_ops: _ops, ext: _ext, ...published } = jwk
    const service = await guichet.aService({
      authMethod: 'private_key_jwt',
      jwks: { keys: [published] },
      grantTypes: ['client_credentials'],
      redirectUris: [],
      scopes: [],
    })
    expect(service.secret).toBe('')
    const sent: URLSearchParams[] = []
    const config = await client.discovery(
      new URL(guichet.issuer),
      service.id,
      undefined,
      client.PrivateKeyJwt({ key: privateKey, kid: 'k' }),
      {
        execute: [client.allowInsecureRequests],
      },
    )
    config[client.customFetch] = async (url, options) => {
      if (options.body instanceof URLSearchParams) sent.push(options.body)
      return fetch(url, options as RequestInit)
    }
    expect((await client.clientCredentialsGrant(config)).access_token).toEqual(expect.any(String))
    const [first] = sent
    const replay = () => fetch(`${guichet.origin}/token`, { method: 'POST', body: new URLSearchParams(first) })
    expect((await replay()).status).toBe(401)
  })
})
