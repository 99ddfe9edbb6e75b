import { afterEach, describe, expect, it } from '@jest/globals'
import { type CryptoKey, compactDecrypt, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose'
import { serveHttp } from '../../../src/demo/common/listening.ts'
import {
  aClient,
  aRequest,
  askToken,
  askUserinfo,
  authorize,
  choose,
  type Running,
  startFranceConnect,
  type Tokens,
  tokensFor,
  verifiedBy,
} from './running.ts'

let running: Running
afterEach(() => running.stop())

const start = async (encryption: JSONWebKeySet): Promise<void> => {
  running = await startFranceConnect({ kind: 'franceconnect+', clients: [aClient({ encryption })] })
}

const opened = async (jwe: string, key: CryptoKey): Promise<{ readonly header: object; readonly jws: string }> => {
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, key)
  return { header: protectedHeader, jws: new TextDecoder().decode(plaintext) }
}

describe('the simulated FranceConnect+', () => {
  it.each(['RSA-OAEP-256', 'ECDH-ES'])(
    'signs, then encrypts the ID token and userinfo to the key of the client (%s)',
    async alg => {
      const { privateKey, publicKey } = await generateKeyPair(alg)
      await start({ keys: [{ ...(await exportJWK(publicKey)), kid: 'mine', use: 'enc', alg }] })
      const { back } = await choose(running.issuer, aRequest({ acr_values: 'eidas2' }), { person: 'tiago' })
      const tokens = (await (await askToken(running.issuer, back.searchParams.get('code') ?? '')).json()) as Tokens

      const idToken = await opened(tokens.id_token, privateKey)
      expect(idToken.header).toMatchObject({ alg, enc: 'A256GCM', kid: 'mine', cty: 'JWT' })
      expect((await verifiedBy(running, idToken.jws)).acr).toBe('eidas2')

      const userinfo = await askUserinfo(running.issuer, tokens.access_token)
      expect(userinfo.headers.get('Content-Type')).toBe('application/jwt')
      const identity = await verifiedBy(running, (await opened(await userinfo.text(), privateKey)).jws)
      expect(identity).toMatchObject({ family_name: 'AMOSTRA', birthplace: '', birthcountry: '99139' })
    },
  )

  it('reads the key where the client publishes it', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES')
    const body = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), use: 'enc' }] })
    const published = await serveHttp((_request, response) => void response.end(body), 0, '127.0.0.1')
    const jwksUri = `http://127.0.0.1:${published.port}/jwks`
    running = await startFranceConnect({ kind: 'franceconnect+', clients: [aClient({ jwksUri })] })
    const { id_token: idToken } = await tokensFor(
      running.issuer,
      { person: 'minh' },
      aRequest({ acr_values: 'eidas3' }),
    )
    expect((await verifiedBy(running, (await opened(idToken, privateKey)).jws)).acr).toBe('eidas3')
    await published.close()
  })

  it('knows eidas2 and eidas3, not eidas1', async () => {
    await start({ keys: [] })
    const ask = (acr: string): Promise<Response> => authorize(running.issuer, aRequest({ acr_values: acr }))
    expect((await ask('eidas3')).status).toBe(200)
    const refused = await ask('eidas1')
    expect(new URL(refused.headers.get('Location') ?? '').searchParams.get('error')).toBe('invalid_acr')
  })

  it('tells a client that publishes no key to encrypt to what is missing', async () => {
    await start({ keys: [] })
    const { back } = await choose(running.issuer, aRequest({ acr_values: 'eidas2' }), { person: 'tiago' })
    const answer = await askToken(running.issuer, back.searchParams.get('code') ?? '')
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({
      error: 'server_error',
      error_description: expect.stringContaining('no key to encrypt to'),
    })
  })

  it('describes itself: encryption, and the S256 that its /authorize refuses', async () => {
    await start({ keys: [] })
    const discovery = await (await fetch(`${running.issuer}/.well-known/openid-configuration`)).json()
    expect(discovery).toMatchObject({
      issuer: running.issuer,
      acr_values_supported: ['eidas2', 'eidas3'],
      code_challenge_methods_supported: ['S256'],
      id_token_encryption_enc_values_supported: ['A256GCM'],
    })
    expect((await authorize(running.issuer, aRequest({ acr_values: 'eidas2', code_challenge: 'x' }))).status).toBe(400)
  })
})
