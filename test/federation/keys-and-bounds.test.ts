import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose'
import { makeFederation } from '../../src/federation/federation.ts'
import { callback, choose } from '../demo/france-connect/running.ts'
import { aClient, anUpstream, type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

let ways: OnItsWay[] = []
const started = async (...given: Parameters<typeof startOnItsWay>): Promise<OnItsWay> => {
  const way = await startOnItsWay(...given)
  ways.push(way)
  return way
}
afterEach(async () => {
  await Promise.all(ways.map(way => way.stop()))
  ways = []
})

const jwkPair = (kid: string, alg: string) => {
  const { privateKey, publicKey } =
    alg === 'RSA-OAEP-256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const more = { kid, alg }
  return {
    secret: { ...privateKey.export({ format: 'jwk' }), ...more } as never,
    shown: { ...publicKey.export({ format: 'jwk' }), ...more },
  }
}

describe('FranceConnect', () => {
  it.each(['ES256', 'RS256'] as const)('is believed when it signs by %s', async idTokenAlg => {
    const way = await started({}, { clients: [aClient({ idTokenAlg })] })
    expect(await way.signIn()).toMatchObject({ kind: 'identified', brought: { acr: 'eidas1' } })
  })

  it('knows this site by a private key where it has no secret', async () => {
    const { secret, shown } = jwkPair('client', 'ES256')
    const auth = { method: 'private_key_jwt' as const, jwks: { keys: [shown as never] } }
    const way = await started({ auth: { method: 'private_key_jwt', key: secret } }, { clients: [aClient({ auth })] })
    expect((await way.signIn()).kind).toBe('identified')
  })

  it.each(['RSA-OAEP-256', 'ECDH-ES'])(
    'encrypts to the key that this site publishes, by %s, in its + form',
    async alg => {
      const { secret, shown } = jwkPair('enc', alg)
      const encryption = { keys: [{ ...shown, use: 'enc' }] }
      const way = await started(
        { kind: 'franceconnect+', acr: ['eidas2', 'eidas3'], decryptionKeys: [secret] },
        {
          kind: 'franceconnect+',
          clients: [aClient({ encryption, postLogoutRedirectUris: [`${callback}/sortie`] })],
        },
      )
      expect(await way.signIn()).toMatchObject({ kind: 'identified', brought: { acr: 'eidas2' } })
      const begun = await way.federation.begin('franceconnect', { acr: 'eidas3' })
      if (begun.kind !== 'begun') throw new Error('not begun')
      const { back } = await choose(way.issuer, new URL(begun.url).searchParams, { person: 'elodie' })
      const finished = await way.federation.finish('franceconnect', back.searchParams, begun.flight)
      if (finished.kind !== 'identified') throw new Error('not identified')
      expect(finished.brought.acr).toBe('eidas3')
      // what ends its session is the token that it signed: it has no key to what it encrypted to us
      const ended = await way.federation.endSessionUrl('franceconnect', {
        idToken: finished.brought.idToken,
        state: 'a-state',
      })
      const left = await fetch(ended ?? '', { redirect: 'manual' })
      expect(new URL(left.headers.get('location') ?? '').searchParams.get('state')).toBe('a-state')
      const { keys } = way.federation.publicKeys()
      expect(keys).toHaveLength(1)
      expect(keys[0]).not.toHaveProperty('d')
      expect(keys[0]).toMatchObject({ kid: 'enc', use: 'enc', alg })
    },
  )

  it('that must encrypt is not believed in clear, nor encrypted to another key or otherwise', async () => {
    const mine = jwkPair('enc', 'ECDH-ES')
    const other = jwkPair('enc', 'ECDH-ES')
    const plus = { acr: ['eidas2', 'eidas3'], decryptionKeys: [mine.secret] }
    let outer: ((jws: string) => Promise<string>) | undefined
    const opened = async (jwe: string): Promise<string> => {
      const { plaintext } = await compactDecrypt(jwe, await importJWK(mine.secret, 'ECDH-ES'))
      return new TextDecoder().decode(plaintext)
    }
    const sealed = (shown: object, enc: string) => async (jws: string) =>
      new CompactEncrypt(new TextEncoder().encode(jws))
        .setProtectedHeader({ alg: 'ECDH-ES', enc, kid: 'enc' })
        .encrypt(await importJWK(shown as never, 'ECDH-ES'))
    let at = 'token'
    const through: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      if (!outer || !String(input).endsWith(`/${at}`)) return answer
      if (at === 'userinfo') {
        return new Response(await outer(await opened(await answer.text())), { headers: answer.headers })
      }
      const tokens = (await answer.json()) as { id_token: string }
      return Response.json({ ...tokens, id_token: await outer(await opened(tokens.id_token)) })
    }
    const encryption = { keys: [{ ...mine.shown, use: 'enc' }] }
    const way = await started(
      { kind: 'franceconnect+', ...plus },
      { kind: 'franceconnect+', clients: [aClient({ encryption })] },
      { through },
    )
    for (at of ['token', 'userinfo']) {
      outer = sealed(mine.shown, 'A256GCM')
      expect([at, (await way.signIn()).kind]).toEqual([at, 'identified'])
      for (outer of [async (jws: string) => jws, sealed(other.shown, 'A256GCM'), sealed(mine.shown, 'A128CBC-HS256')]) {
        expect(await way.signIn()).toEqual({ kind: 'unverified', why: 'encryption' })
      }
    }
  })

  it('is asked for exactly what it accepts, and prompt=login when the person shows again who they are', async () => {
    const way = await started()
    const names = async (options: Parameters<typeof way.federation.begin>[1]) => {
      const begun = await way.federation.begin('franceconnect', options)
      return begun.kind === 'begun' ? [...new URL(begun.url).searchParams.keys()].sort() : []
    }
    const always = ['acr_values', 'client_id', 'nonce', 'redirect_uri', 'response_type', 'scope', 'state']
    expect(await names({})).toEqual(always)
    expect(await names({ prompt: 'login', uiLocales: 'fr' })).toEqual([...always, 'prompt', 'ui_locales'].sort())
  })

  it('may change its keys: they are asked for again, and the code is redeemed once', async () => {
    const way = await started()
    expect((await way.signIn()).kind).toBe('identified')
    way.provider.setFaults({ rotatedKey: true })
    const tokens = way.asked.get('token') ?? 0
    expect((await way.signIn()).kind).toBe('identified')
    expect(way.asked.get('token')).toBe(tokens + 1)
  })

  it('is discovered once for many at once, and kept for a while', async () => {
    const way = await started()
    await Promise.all(Array.from({ length: 20 }, () => way.federation.begin('franceconnect', {})))
    await way.federation.begin('franceconnect', {})
    expect(way.asked.get('openid-configuration')).toBe(1)
    way.pass(2 * 3600)
    await way.federation.begin('franceconnect', {})
    expect(way.asked.get('openid-configuration')).toBe(2)
  })

  it('that is away is asked again a few seconds later, not at each click', async () => {
    const way = await started()
    way.provider.setFaults({ discoveryDown: true })
    for (let click = 0; click < 3; click += 1) {
      expect((await way.federation.begin('franceconnect', {})).kind).toBe('unavailable')
    }
    expect(way.asked.get('openid-configuration')).toBe(1)
    way.provider.setFaults({})
    way.pass(6)
    expect((await way.federation.begin('franceconnect', {})).kind).toBe('begun')
  })

  it.each([
    ['tokenError', { tokenError: true }],
    ['userinfoError', { userinfoError: true }],
    ['cut at the token', { cutConnection: ['token'] }],
    ['cut at userinfo', { cutConnection: ['userinfo'] }],
    ['without keys', { jwksDown: true }],
  ] as const)('%s: nobody is vouched for, and another try may do', async (_, faults) => {
    const way = await started()
    way.provider.setFaults(faults)
    expect(await way.signIn()).toMatchObject({ kind: 'unavailable', retry: true })
  })
})

describe('an upstream', () => {
  it('that never answers, or without end, or sends elsewhere, is given up within its time', async () => {
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/endless')) {
        response.writeHead(200, { 'content-type': 'application/json' })
        const more = setInterval(() => response.write('x'.repeat(65_536)), 1)
        response.on('close', () => clearInterval(more))
      }
      if (request.url?.startsWith('/elsewhere')) response.writeHead(302, { location: '/endless' }).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const upstreams = ['silent', 'endless', 'elsewhere'].map(id => anUpstream(`${origin}/${id}`, { id }))
      const federation = makeFederation({
        upstreams,
        callbackUrl: id => `${origin}/${id}`,
        signOutUrl: id => `${origin}/${id}`,
        clock: () => new Date(),
        log: { warn: () => undefined },
        timeoutMs: 200,
      })
      const begun = performance.now()
      for (const { id } of upstreams) expect((await federation.begin(id, {})).kind).toBe('unavailable')
      expect(performance.now() - begun).toBeLessThan(3_000)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('is never answered for by another one’s flight', async () => {
    const way = await started()
    const begun = await way.federation.begin('franceconnect', {})
    if (begun.kind !== 'begun') throw new Error('not begun')
    const flight = { ...begun.flight, upstream: 'another' }
    expect(await way.federation.finish('franceconnect', new URLSearchParams(), flight)).toEqual({
      kind: 'unverified',
      why: 'upstream',
    })
  })

  it('tells the log codes, and nothing of a person nor a secret', async () => {
    const way = await started()
    way.provider.setFaults({ tokenError: { status: 400, error: 'invalid_client' } })
    expect(await way.signIn()).toMatchObject({ kind: 'unavailable', retry: false, why: 'invalid_client' })
    way.provider.setFaults({ wrongKey: true })
    await way.signIn()
    expect(way.logged.length).toBeGreaterThan(0)
    expect(way.logged.join('\n')).not.toMatch(/EXEMPLE|lodie|a-secret|eyJ|1985/)
    expect(way.logged[0]).toMatch(/"upstreamCode":"[^"]+","upstreamId":"[^"]+"/)
  })
})
