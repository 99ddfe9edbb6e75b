import { afterEach, describe, expect, it } from '@jest/globals'
import { startTolerant, type Tolerant, type Ways } from './support/tolerant-provider.ts'

let providers: Tolerant[] = []
const started = async (...given: Parameters<typeof startTolerant>): Promise<Tolerant> => {
  const provider = await startTolerant(...given)
  providers.push(provider)
  return provider
}
const doing = async (ways: Partial<Ways>, ...given: Parameters<typeof startTolerant>): Promise<Tolerant> => {
  const provider = await started(...given)
  Object.assign(provider.ways, ways)
  return provider
}
afterEach(async () => {
  await Promise.all(providers.map(provider => provider.stop()))
  providers = []
})

describe('any OpenID provider', () => {
  it('is asked with PKCE, and its plain userinfo is read in FranceConnect’s names', async () => {
    const provider = await doing(
      { userinfo: () => ({ sub: 'somebody', nom: 'EXEMPLE' }) },
      { claims: { family_name: 'nom' } },
    )
    const begun = await provider.federation.begin('region', {})
    if (begun.kind !== 'begun') throw new Error('not begun')
    const { searchParams } = new URL(begun.url)
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect([searchParams.has('prompt'), searchParams.has('max_age')]).toEqual([false, false])
    expect(await provider.federation.finish('region', provider.answerTo(begun.url), begun.flight)).toMatchObject({
      kind: 'identified',
      brought: { upstream: 'region', sub: 'somebody', acr: 'eidas1', claims: { family_name: 'EXEMPLE' } },
    })
    const other = { ...begun.flight, verifier: 'v'.repeat(43) }
    expect(await provider.federation.finish('region', provider.answerTo(begun.url), other)).toEqual({
      kind: 'unavailable',
      retry: true,
      why: 'invalid_grant',
    })
  })

  it.each(['ES256', 'PS256', 'EdDSA'] as const)('is believed when it signs by %s', async alg => {
    const provider = await doing({ alg })
    expect((await provider.signIn()).kind).toBe('identified')
  })

  it.each(['HS256', 'none'] as const)('is not believed when it signs by %s, though it says that it may', async alg => {
    const provider = await doing({ alg })
    expect(await provider.signIn()).toEqual({ kind: 'unverified', why: 'signature' })
  })

  it.each([
    ['another issuer', { saysIss: 'https://another.example' }, 'iss'],
    [
      'no issuer where it announces one',
      { metadata: m => ({ ...m, authorization_response_iss_parameter_supported: true }) },
      'iss',
    ],
    ['another audience beside ours', { alterIdToken: c => ({ ...c, aud: ['a-service', 'another'] }) }, 'aud'],
    ['another authorised party', { alterIdToken: c => ({ ...c, azp: 'another' }) }, 'aud'],
    ['another subject in userinfo', { userinfo: c => ({ ...c, sub: 'another' }) }, 'sub'],
    ['another audience in signed userinfo', { signsUserinfo: true, userinfo: c => ({ ...c, aud: 'another' }) }, 'aud'],
    ['another issuer in signed userinfo', { signsUserinfo: true, userinfo: c => ({ ...c, iss: 'another' }) }, 'iss'],
  ] as readonly (readonly [string, Partial<Ways>, string])[])('is not believed with %s', async (_, ways, why) => {
    const provider = await doing(ways)
    expect(await provider.signIn()).toEqual({ kind: 'unverified', why })
  })

  it.each([
    ['its own issuer in the callback', ({ issuer }: Tolerant) => ({ saysIss: issuer })],
    ['signed userinfo', () => ({ signsUserinfo: true })],
    [
      'us as the authorised party',
      () => ({ alterIdToken: c => ({ ...c, aud: ['a-service', 'b'], azp: 'a-service' }) }),
    ],
  ] as readonly (readonly [string, (provider: Tolerant) => Partial<Ways>])[])(
    'is believed with %s',
    async (_, ways) => {
      const provider = await started()
      Object.assign(provider.ways, ways(provider))
      expect((await provider.signIn()).kind).toBe('identified')
    },
  )

  it.each([
    ['a slash more in its issuer', (m: Record<string, unknown>) => ({ ...m, issuer: `${m.issuer}/` })],
    ['another issuer', (m: Record<string, unknown>) => ({ ...m, issuer: 'https://another.example' })],
    ...['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'].flatMap(name => [
      [`no ${name}`, ({ [name]: _, ...rest }: Record<string, unknown>) => rest] as const,
      [`${name} that is no address`, (m: Record<string, unknown>) => ({ ...m, [name]: 'nowhere' })] as const,
      [`${name} of another kind`, (m: Record<string, unknown>) => ({ ...m, [name]: { a: 1 } })] as const,
      [`${name} that is a script`, (m: Record<string, unknown>) => ({ ...m, [name]: 'javascript:0' })] as const,
    ]),
  ])('is away with %s', async (_, metadata) => {
    const provider = await doing({ metadata })
    expect(await provider.federation.begin('region', {})).toEqual({ kind: 'unavailable' })
  })

  it('has no sign-out where it gives no usable address for it, and is used all the same', async () => {
    const ended = { idToken: 'an-id-token', state: 'a-state' }
    const without = await doing({ metadata: ({ end_session_endpoint: _, ...rest }) => rest })
    const wrong = await doing({ metadata: m => ({ ...m, end_session_endpoint: 'javascript:0' }) })
    for (const provider of [without, wrong]) {
      expect(await provider.federation.endSessionUrl('region', ended)).toBeUndefined()
      expect((await provider.signIn()).kind).toBe('identified')
    }
    const right = await started()
    const url = new URL((await right.federation.endSessionUrl('region', ended)) ?? '')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      id_token_hint: 'an-id-token',
      state: 'a-state',
      post_logout_redirect_uri: 'http://127.0.0.1:9/retour/sortie',
    })
  })

  it('whose addresses are written otherwise than a browser does redeems a code once all the same', async () => {
    const capitals = (m: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(m).map(([name, value]) => [
          name,
          name !== 'issuer' && typeof value === 'string' ? value.replace('http://', 'HTTP://') : value,
        ]),
      )
    const provider = await doing({ metadata: capitals })
    expect((await provider.signIn()).kind).toBe('identified')
    await provider.rotate()
    expect((await provider.signIn()).kind).toBe('identified')
    expect(provider.asked.get('token')).toBe(2)
  })
})

describe('FranceConnect', () => {
  const itsWay = async (ways: Partial<Ways>) => {
    const provider = await started({ kind: 'franceconnect' })
    Object.assign(provider.ways, { signsUserinfo: true, saysIss: provider.issuer, ...ways })
    return provider.signIn()
  }

  it('is held to its own rules, whatever its discovery document says or leaves out', async () => {
    expect((await itsWay({})).kind).toBe('identified')
    expect(await itsWay({ saysIss: undefined })).toEqual({ kind: 'unverified', why: 'iss' })
    for (const alg of ['PS256', 'EdDSA'] as const) {
      expect(await itsWay({ alg })).toEqual({ kind: 'unverified', why: 'signature' })
    }
    expect(await itsWay({ signsUserinfo: false })).toEqual({ kind: 'unverified', why: 'unsignedUserinfo' })
  })
})

describe('a level of assurance', () => {
  const levels = async (acr: readonly string[], asked: string | undefined, said: unknown) => {
    const provider = await doing({ alterIdToken: claims => ({ ...claims, acr: said }) as never }, { acr })
    const finished = await provider.signIn(asked === undefined ? {} : { acr: asked })
    return finished.kind === 'identified' ? finished.brought.acr : finished
  }
  const refused = { kind: 'unverified', why: 'acr' }

  it('is the one reached, among those that the operator expects', async () => {
    expect(await levels(['eidas1', 'eidas2'], 'eidas1', 'eidas2')).toBe('eidas2')
    expect(await levels(['low', 'high'], 'low', 'high')).toBe('high')
    expect(await levels(['low', 'high'], undefined, 'low')).toBe('low')
  })

  it('is never above what the operator lets this provider vouch for', async () => {
    expect(await levels(['eidas1'], 'eidas1', 'eidas3')).toBe('eidas1')
    expect(await levels(['eidas1', 'eidas2'], 'eidas2', 'eidas3')).toBe('eidas2')
  })

  it('is refused below the one asked, or unknown, or unsaid', async () => {
    expect(await levels(['eidas1', 'eidas2'], 'eidas2', 'eidas1')).toEqual(refused)
    expect(await levels(['low', 'high'], 'high', 'low')).toEqual(refused)
    for (const said of ['medium', '', 'EIDAS1', undefined, 1, ['eidas1'], null]) {
      expect(await levels(['eidas1', 'low'], 'eidas1', said)).toEqual(refused)
    }
    expect(await levels(['eidas1'], 'eidas2', 'eidas2')).toEqual(refused)
  })
})

describe('a person who was asked to show again who they are', () => {
  it('must have, where the provider tells when they last did', async () => {
    const signedIn = (seconds: number) => (claims: object) => ({
      ...claims,
      auth_time: Math.floor(Date.now() / 1_000) - seconds,
    })
    const provider = await doing({ alterIdToken: signedIn(600) })
    expect((await provider.signIn()).kind).toBe('identified')
    expect(await provider.signIn({ prompt: 'login' })).toEqual({ kind: 'unverified', why: 'time' })
    provider.ways.alterIdToken = signedIn(20) // clocks differ
    expect((await provider.signIn({ prompt: 'login' })).kind).toBe('identified')
    provider.ways.alterIdToken = ({ auth_time: _, ...claims }) => claims
    expect((await provider.signIn({ prompt: 'login' })).kind).toBe('identified')
  })
})

describe('the keys of a provider', () => {
  it('are asked for once by many at once, and kept an hour', async () => {
    const provider = await started()
    const many = await Promise.all(Array.from({ length: 10 }, () => provider.signIn()))
    expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(['identified']))
    expect(provider.asked.get('jwks')).toBe(1)
    provider.pass(1_800)
    provider.ways.alterIdToken = claims => ({ ...claims, exp: (claims.exp ?? 0) + 1_800 })
    await provider.signIn()
    expect(provider.asked.get('jwks')).toBe(1)
    provider.pass(1_801)
    provider.ways.alterIdToken = claims => ({ ...claims, exp: (claims.exp ?? 0) + 3_601 })
    expect((await provider.signIn()).kind).toBe('identified')
    expect(provider.asked.get('jwks')).toBe(2)
  })

  it('that have changed are asked for once more, by one flight for many, and no code is redeemed twice', async () => {
    const provider = await started()
    await provider.signIn()
    await provider.rotate()
    const many = await Promise.all(Array.from({ length: 5 }, () => provider.signIn()))
    expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(['identified']))
    expect(provider.asked.get('token')).toBe(6)
    expect(provider.asked.get('jwks')).toBeLessThanOrEqual(4)
    const after = provider.asked.get('jwks')
    await provider.signIn()
    expect(provider.asked.get('jwks')).toBe(after)
  })

  it.each([
    ['down', { status: 503, body: '' }],
    ['no keys', { body: '{"keys":"none"}', headers: { 'content-type': 'application/json' } }],
    ['no JSON', { body: '<html>', headers: { 'content-type': 'text/html' } }],
  ])('that are %s make nobody believed, and are not asked for at each click', async (_, jwks) => {
    const provider = await doing({ instead: { jwks } })
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await provider.signIn()).toEqual({ kind: 'unavailable', retry: true, why: 'keys' })
    }
    expect(provider.asked.get('jwks')).toBe(1)
    provider.ways.instead = {}
    provider.pass(6)
    expect((await provider.signIn()).kind).toBe('identified')
  })
})

describe('an endpoint that is asked', () => {
  it.each(['token', 'userinfo', 'jwks'] as const)(
    'and never answers is given up within its time: %s',
    async endpoint => {
      const provider = await doing({ instead: { [endpoint]: undefined } }, {}, { timeoutMs: 200 })
      const begun = performance.now()
      expect(await provider.signIn()).toEqual({ kind: 'unavailable', retry: true, why: 'timeout' })
      expect(performance.now() - begun).toBeLessThan(3_000)
    },
  )

  it.each(['openid-configuration', 'token', 'userinfo', 'jwks'] as const)(
    'and sends elsewhere is not followed: %s',
    async endpoint => {
      const [provider, elsewhere] = [await started(), await started()]
      const location = `${elsewhere.issuer}/${endpoint}`
      for (const status of [302, 307]) {
        provider.ways.instead = { [endpoint]: { status, headers: { location }, body: '' } }
        expect(await provider.signIn()).toMatchObject({ kind: 'unavailable', retry: true })
        provider.pass(6)
      }
      expect(elsewhere.asked.size).toBe(0)
    },
  )

  it.each(['openid-configuration', 'token', 'userinfo', 'jwks'] as const)(
    'and answers too much is not read: %s',
    async endpoint => {
      const body = `{"a":"${'x'.repeat(600_000)}"}`
      const provider = await doing({
        instead: { [endpoint]: { headers: { 'content-type': 'application/json' }, body } },
      })
      expect(await provider.signIn()).toMatchObject({ kind: 'unavailable', retry: true })
      expect(provider.logged.at(-1)).toContain('tooLarge')
    },
  )

  it('refuses us: it is this site that is misconfigured, however the refusal is dressed', async () => {
    const body = JSON.stringify({
      error: 'invalid_client',
      error_description: 'EXEMPLE',
      error_uri: 'https://docs.example/erreurs?code=Y03ABC&id=1234-abcd',
    })
    const provider = await started()
    for (const headers of [{}, { 'www-authenticate': 'Basic realm="op"' }]) {
      provider.ways.instead = {
        token: { status: 401, body, headers: { 'content-type': 'application/json', ...headers } },
      }
      expect(await provider.signIn()).toEqual({ kind: 'unavailable', retry: false, why: 'invalid_client' })
      expect(provider.logged.at(-1)).toMatch(/"upstreamCode":"Y03ABC","upstreamId":"1234-abcd"/)
    }
    expect(provider.logged.join()).not.toContain('EXEMPLE')
  })

  it('fails: what its support asks for is logged of an answer of 500 too', async () => {
    const body = JSON.stringify({ error: 'server_error', error_uri: 'https://docs.example/?code=Y03ABC&id=1234-abcd' })
    const provider = await doing({ instead: { token: { status: 500, body } } })
    expect(await provider.signIn()).toEqual({ kind: 'unavailable', retry: true, why: 'notConform' })
    expect(provider.logged.at(-1)).toMatch(/"status":"500","upstreamCode":"Y03ABC","upstreamId":"1234-abcd"/)
  })

  it('names an error that nobody knows: it is logged as unknown, since it may hold anything', async () => {
    const provider = await doing({
      instead: {
        token: { status: 400, body: '{"error":"2850526274001"}', headers: { 'content-type': 'application/json' } },
      },
    })
    expect(await provider.signIn()).toEqual({ kind: 'unavailable', retry: false, why: 'unknown' })
    expect(provider.logged.join()).not.toContain('2850526')
  })
})
