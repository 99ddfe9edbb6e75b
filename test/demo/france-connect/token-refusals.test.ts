import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import {
  aClient,
  aRequest,
  askToken,
  askUserinfo,
  callback,
  choose,
  type Running,
  startFranceConnect,
  tokensFor,
} from './running.ts'

let running: Running
beforeEach(async () => {
  running = await startFranceConnect({ clients: [aClient(), aClient({ id: 'another', redirectUris: [callback] })] })
})
afterEach(() => running.stop())

const aCode = async (): Promise<string> =>
  (await choose(running.issuer, aRequest(), { person: 'yann' })).back.searchParams.get('code') ?? ''

type Refusal = { readonly error: string; readonly error_uri: string }

describe('the token endpoint', () => {
  it.each([
    [401, 'invalid_client', { client_secret: 'wrong' }],
    [401, 'invalid_client', { client_id: 'nobody' }],
    [401, 'invalid_client', { client_assertion: 'a.b.c' }],
    [400, 'invalid_grant', { client_id: 'another' }],
    [400, 'invalid_grant', { code: 'guessed' }],
    [400, 'invalid_grant', { redirect_uri: `${callback}/` }],
    [400, 'unsupported_grant_type', { grant_type: 'refresh_token' }],
    [400, 'invalid_request', { code_verifier: 'x'.repeat(43) }],
  ])('answers %d %s to %j, with a code and an id for support', async (status, error, changes) => {
    const answer = await askToken(running.issuer, await aCode(), changes)
    const told = (await answer.json()) as Refusal
    expect(answer.status).toBe(status)
    expect(told).toMatchObject({ error, error_description: expect.any(String) })
    const uri = new URL(told.error_uri)
    expect(uri.searchParams.get('code')).toMatch(/^SIM-/)
    expect(uri.searchParams.get('id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(await (await fetch(uri)).text()).toContain(uri.searchParams.get('id'))
  })

  it('refuses client_secret_basic', async () => {
    const Authorization = `Basic ${Buffer.from('a-service:a-secret').toString('base64')}`
    expect((await askToken(running.issuer, await aCode(), {}, { Authorization })).status).toBe(401)
  })

  it('takes a code within 30 seconds, once; coming again withdraws what it gave', async () => {
    const late = await aCode()
    running.pass(30)
    expect((await askToken(running.issuer, late)).status).toBe(400)
    const code = await aCode()
    running.pass(29)
    const { access_token: token } = (await (await askToken(running.issuer, code)).json()) as { access_token: string }
    expect((await askUserinfo(running.issuer, token)).status).toBe(200)
    expect((await askToken(running.issuer, code)).status).toBe(400)
    expect((await askUserinfo(running.issuer, token)).status).toBe(401)
  })
})

describe('userinfo', () => {
  it('is given for 60 seconds', async () => {
    const { access_token: token } = await tokensFor(running.issuer)
    running.pass(59)
    expect((await askUserinfo(running.issuer, token)).status).toBe(200)
    running.pass(1)
    const answer = await askUserinfo(running.issuer, token)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('WWW-Authenticate')).toContain('invalid_token')
  })
})

describe('a client of private_key_jwt', () => {
  const withKey = async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwks: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }] }
    await running.stop()
    running = await startFranceConnect({ clients: [aClient({ auth: { method: 'private_key_jwt', jwks } })] })
    const { issuer } = running
    const now = running.now() / 1_000
    const assertion = (claims: Readonly<Record<string, unknown>> = {}): Promise<string> =>
      new SignJWT({ iss: 'a-service', sub: 'a-service', aud: issuer, exp: now + 60, iat: now, jti: 'one', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .sign(privateKey)
    const ask = async (form: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: await aCode(),
          redirect_uri: callback,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          ...form,
        }),
      })
    return { issuer, now, assertion, ask }
  }

  it('is known by an assertion for the issuer or the token endpoint, good once', async () => {
    const { issuer, assertion, ask } = await withKey()
    const first = await assertion()
    expect((await ask({ client_assertion: first })).status).toBe(200)
    expect((await ask({ client_assertion: first })).status).toBe(401)
    const second = await assertion({ aud: `${issuer}/token`, jti: 'two' })
    expect((await ask({ client_assertion: second, client_id: 'a-service' })).status).toBe(200)
  })

  it('is refused with any other proof', async () => {
    const { now, assertion, ask } = await withKey()
    const wrong = [
      { aud: 'elsewhere' },
      { iss: 'another' },
      { exp: now - 60 },
      { exp: now + 3_600 },
      { jti: undefined },
    ]
    for (const claims of wrong) expect((await ask({ client_assertion: await assertion(claims) })).status).toBe(401)
    expect((await ask({ client_id: 'a-service', client_secret: 'a-secret' })).status).toBe(401)
    expect((await ask({ client_assertion: 'nonsense' })).status).toBe(401)
  })
})
