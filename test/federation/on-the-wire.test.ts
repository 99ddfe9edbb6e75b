/** Whoever stands between this site and FranceConnect, or an answer that is none: an outcome always, an identity never. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

type Tokens = { readonly access_token: string; readonly id_token: string; readonly [name: string]: unknown }
type Alter = { readonly token?: (tokens: Tokens) => object; readonly userinfo?: (jwt: string) => string }

let alter: Alter = {}
const seen: { tokens?: Tokens; userinfo?: string } = {}

const inBetween: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init)
  const { status, headers } = answer
  if (String(input).endsWith('/token')) {
    const tokens = (await answer.json()) as Tokens
    seen.tokens ??= tokens
    return Response.json(alter.token?.(tokens) ?? tokens, { status })
  }
  if (!String(input).endsWith('/userinfo')) return answer
  const jwt = await answer.text()
  seen.userinfo ??= jwt
  return new Response(alter.userinfo?.(jwt) ?? jwt, { status, headers })
}

let way: OnItsWay
/** What was seen on the wire when somebody else signed in. */
let earlier: { readonly tokens: Tokens; readonly userinfo: string }
beforeAll(async () => {
  way = await startOnItsWay({}, {}, { through: inBetween })
  expect((await way.signIn('yann')).kind).toBe('identified')
  if (!seen.tokens || !seen.userinfo) throw new Error('nothing was seen')
  earlier = { tokens: seen.tokens, userinfo: seen.userinfo }
})
beforeEach(() => {
  alter = {}
})
afterAll(() => way.stop())

const NOBODY = ['unverified', 'unavailable']
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decoded = (part: string | undefined): object => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

/** Each changes a signed answer; `other` is one that was signed too, for something else. */
const forgeries: { readonly [how: string]: (jwt: string, other: string) => string } = {
  'its payload as if unsigned': jwt => `${encoded({ alg: 'none' })}.${jwt.split('.')[1]}.`,
  'its signature cut off': jwt => jwt.split('.').slice(0, 2).join('.'),
  'an empty signature': jwt => `${jwt.split('.').slice(0, 2).join('.')}.`,
  'the signature of another answer': (jwt, other) => [...jwt.split('.').slice(0, 2), other.split('.').at(-1)].join('.'),
  'another bit in its signature': jwt => {
    const signature = Buffer.from(jwt.split('.').at(-1) ?? '', 'base64url')
    signature[9] = (signature[9] ?? 0) ^ 1
    return [...jwt.split('.').slice(0, 2), signature.toString('base64url')].join('.')
  },
  'an algorithm of secrets': jwt => {
    const [head, ...rest] = jwt.split('.')
    return [encoded({ ...decoded(head), alg: 'HS256' }), ...rest].join('.')
  },
  'a key of its own in its header': jwt => {
    const [head, ...rest] = jwt.split('.')
    return [encoded({ ...decoded(head), jwk: { kty: 'EC' }, jku: 'http://127.0.0.1:9/keys' }), ...rest].join('.')
  },
  'an extension that must be understood': jwt => {
    const [head, ...rest] = jwt.split('.')
    return [encoded({ ...decoded(head), crit: ['exp'] }), ...rest].join('.')
  },
  'one property more in its payload': jwt => {
    const [head, body, signature] = jwt.split('.')
    return [head, encoded({ ...decoded(body), more: true }), signature].join('.')
  },
  'a payload that is a list': jwt => jwt.replace(/\.[^.]*\./, `.${encoded([])}.`),
  'a payload that is nothing': jwt => jwt.replace(/\.[^.]*\./, `.${encoded(null)}.`),
  'no JSON in it': () => 'a.b.c',
  'five parts': jwt => `${jwt}.a.b`,
  nothing: () => '',
  'the answer to somebody else': (_, other) => other,
}

describe('an answer that was changed on its way', () => {
  it.each(Object.keys(forgeries))('identifies nobody with %s', async how => {
    const forged = forgeries[how] ?? String
    alter = { token: tokens => ({ ...tokens, id_token: forged(tokens.id_token, earlier.tokens.id_token) }) }
    expect(NOBODY).toContain((await way.signIn()).kind)
    alter = { userinfo: jwt => forged(jwt, earlier.userinfo) }
    expect(NOBODY).toContain((await way.signIn()).kind)
  })

  it('identifies nobody with the ID token and the userinfo of somebody else, both whole', async () => {
    alter = {
      token: tokens => ({ ...tokens, id_token: earlier.tokens.id_token }),
      userinfo: () => earlier.userinfo,
    }
    expect(await way.signIn()).toEqual({ kind: 'unverified', why: 'nonce' })
  })

  it('identifies nobody with a userinfo in the place of the ID token', async () => {
    alter = { token: tokens => ({ ...tokens, id_token: earlier.userinfo }) }
    expect((await way.signIn()).kind).toBe('unverified')
  })

  it('identifies nobody with the access token of somebody else', async () => {
    alter = { token: tokens => ({ ...tokens, access_token: earlier.tokens.access_token }) }
    expect(await way.signIn()).toEqual({ kind: 'unverified', why: 'sub' })
  })
})

describe('an answer signed by a key that is not published', () => {
  it.each(['idToken', 'userinfo'] as const)(
    'has the keys asked for once more, not for ever, and the code redeemed once: %s',
    async spoilt => {
      expect((await way.signIn()).kind).toBe('identified')
      const before = new Map(way.asked)
      way.provider.setFaults({ unknownKey: spoilt })
      expect(await way.signIn()).toEqual({ kind: 'unverified', why: 'signature' })
      way.provider.setFaults({})
      const more = (name: string) => (way.asked.get(name) ?? 0) - (before.get(name) ?? 0)
      expect([more('token'), more('jwks'), more('openid-configuration')]).toEqual([1, 1, 0])
      expect((await way.signIn()).kind).toBe('identified')
      expect(more('jwks')).toBe(1)
    },
  )
})

const oddities = [undefined, null, '', ' ', 7, true, {}, [], ['a'], 'é\n']

describe('an answer of the token endpoint', () => {
  it.each(['access_token', 'id_token', 'token_type'].flatMap(name => oddities.map(odd => ({ name, odd }))))(
    'is an outcome, and nobody is identified, with $name: $odd',
    async ({ name, odd }) => {
      alter = { token: tokens => ({ ...tokens, [name]: odd }) }
      expect(NOBODY).toContain((await way.signIn()).kind)
    },
  )

  it.each(oddities)('is an outcome whatever it tells of scope, lifetime and refreshing: %j', async odd => {
    for (const name of ['scope', 'expires_in', 'refresh_token', 'authorization_details', 'another']) {
      alter = { token: tokens => ({ ...tokens, [name]: odd }) }
      expect([...NOBODY, 'identified']).toContain((await way.signIn()).kind)
    }
  })
})

describe('what comes back to the callback', () => {
  it.each([
    '',
    'code=',
    'code=a&code=b',
    'code=a',
    'error=access_denied',
    'error=',
    'error=a&error=b',
    'response=a',
    'id_token=a.b.c',
    'code=a&id_token=a.b.c',
    'code=a&access_token=b&token_type=Bearer',
  ])('is an outcome, and nobody is identified nor believed to have refused: « %s »', async query => {
    const begun = await way.federation.begin('franceconnect', {})
    if (begun.kind !== 'begun') throw new Error('not begun')
    const asked = way.asked.get('token') ?? 0
    expect((await way.federation.finish('franceconnect', new URLSearchParams(query), begun.flight)).kind).toBe(
      'unverified',
    )
    expect(way.asked.get('token') ?? 0).toBe(asked)
  })

  it.each([
    ['code', ''],
    ['code', ' '],
    ['code', 'é\n'],
    ['code', 'x'.repeat(3_000)],
    ['error', ''],
    ['error', 'x'.repeat(3_000)],
    ['error', '2850526274999'],
    ['response', 'a.b.c'],
    ['id_token', 'a.b.c'],
  ])('is an outcome, and nobody is identified, with our state and their name and an odd %s', async (name, value) => {
    const begun = await way.federation.begin('franceconnect', {})
    if (begun.kind !== 'begun') throw new Error('not begun')
    const back = new URLSearchParams({ state: begun.flight.state, iss: way.issuer, [name]: value })
    expect(NOBODY).toContain((await way.federation.finish('franceconnect', back, begun.flight)).kind)
    expect(way.logged.join()).not.toMatch(/2850526|x{20}/)
  })
})
