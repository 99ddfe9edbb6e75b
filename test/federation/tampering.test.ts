import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { JWTPayload } from 'jose'
import { type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

/** Changes the payload of a signed answer on its way, as whoever stands in between would. */
let forge: ((path: string, claims: Record<string, unknown>) => Record<string, unknown>) | undefined

const forged = (path: string, jwt: string): string => {
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  const changed = forge?.(path, claims) ?? claims
  return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.')
}

const inBetween: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init)
  const path = String(input).split('/').at(-1) ?? ''
  if (!forge || !['token', 'userinfo'].includes(path)) return answer
  const text = await answer.text()
  const { status, headers } = answer
  if (path === 'userinfo') return new Response(forged(path, text), { status, headers })
  const tokens = JSON.parse(text) as { id_token: string }
  return Response.json({ ...tokens, id_token: forged(path, tokens.id_token) })
}

let way: OnItsWay
let issued: JWTPayload = {}
let told: JWTPayload = {}
beforeAll(async () => {
  way = await startOnItsWay({}, {}, { through: inBetween })
  way.provider.setFaults({
    alterIdToken: claims => {
      issued = claims
      return claims
    },
    alterUserinfo: claims => {
      told = claims
      return claims
    },
  })
  expect((await way.signIn()).kind).toBe('identified')
})
beforeEach(() => {
  forge = undefined
  way.provider.setFaults({})
})
afterAll(() => way.stop())

/** A property removed, changed, or of another kind. */
const ways = (name: string): readonly (readonly [string, (claims: JWTPayload) => JWTPayload])[] => [
  ['removed', ({ [name]: _, ...rest }) => rest],
  ['another text', claims => ({ ...claims, [name]: `autre-${String(claims[name])}` })],
  ['another kind', claims => ({ ...claims, [name]: { autre: claims[name] } })],
]

/** What a relying party must hold an ID token to, though its issuer signed it so; the rest is the issuer's own affair. */
const HELD_TO = ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce', 'acr']

describe('an ID token', () => {
  it('that FranceConnect itself signed otherwise than it must is refused, property by property', async () => {
    const names = Object.keys(issued)
    expect(names).toEqual(expect.arrayContaining(HELD_TO))
    for (const name of names) {
      for (const [how, alterIdToken] of ways(name)) {
        way.provider.setFaults({ alterIdToken })
        const { kind } = await way.signIn()
        const refused = HELD_TO.includes(name) ? 'unverified' : kind
        expect([name, how, kind]).toEqual([name, how, refused])
      }
    }
  })

  it('and userinfo changed by whoever stands in between are refused, whatever the property', async () => {
    for (const [path, names] of [
      ['token', Object.keys(issued)],
      ['userinfo', Object.keys(told)],
    ] as const) {
      expect(names.length).toBeGreaterThan(6)
      for (const name of names) {
        for (const [how, alter] of ways(name)) {
          forge = (at, claims) => (at === path ? alter(claims) : claims)
          expect([path, name, how, (await way.signIn()).kind]).toEqual([path, name, how, 'unverified'])
        }
      }
    }
  })
})

/** What userinfo is held to where it is said; the rest of it is known by the signature alone, and tampered with above. */
const USERINFO_HELD_TO = ['iss', 'aud', 'exp']

describe('userinfo', () => {
  it('of another subject, or of none, is refused though it is signed', async () => {
    for (const [how, alterUserinfo] of ways('sub')) {
      way.provider.setFaults({ alterUserinfo })
      expect([how, (await way.signIn()).kind]).toEqual([how, 'unverified'])
    }
  })

  it('that FranceConnect itself signed otherwise than it must is refused, property by property', async () => {
    expect(Object.keys(told)).toEqual(expect.arrayContaining(['sub', ...USERINFO_HELD_TO]))
    for (const name of USERINFO_HELD_TO) {
      for (const [how, alterUserinfo] of ways(name)) {
        way.provider.setFaults({ alterUserinfo })
        const wanted = how === 'removed' ? 'identified' : 'unverified'
        expect([name, how, (await way.signIn()).kind]).toEqual([name, how, wanted])
      }
    }
    way.provider.setFaults({ alterUserinfo: claims => ({ ...claims, exp: (claims.iat ?? 0) - 60 }) })
    expect(await way.signIn()).toEqual({ kind: 'unverified', why: 'time' })
  })
})
