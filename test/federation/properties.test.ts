/** Each property of what FranceConnect really issues, taken away, changed, or made another kind of value: who refuses what. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { JWTPayload } from 'jose'
import { aClient, type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

type Token = 'idToken' | 'userinfo'
type Verdict = 'refused' | 'taken'
type Verdicts = { readonly removed: Verdict; readonly changed: Verdict; readonly otherKind: Verdict }

const NEVER: Verdicts = { removed: 'refused', changed: 'refused', otherKind: 'refused' }
/** Their issuer's own affair, so long as it is a time. */
const A_TIME: Verdicts = { removed: 'taken', changed: 'taken', otherKind: 'refused' }
/** Optional in signed userinfo (OpenID Connect Core 5.3.2), and right when it is there. */
const IF_THERE: Verdicts = { removed: 'taken', changed: 'refused', otherKind: 'refused' }
/** Nobody but the signature can tell; whether it suffices for an account is for whoever reads the civil status. */
const SIGNED: Verdicts = { removed: 'taken', changed: 'taken', otherKind: 'taken' }

/** Signed so by FranceConnect itself. A property that is not here makes the test fail: somebody says what holds it. */
const table: { readonly [token in Token]: { readonly [property: string]: Verdicts } } = {
  idToken: {
    iss: NEVER,
    sub: NEVER,
    aud: NEVER,
    exp: NEVER,
    nonce: NEVER,
    acr: NEVER,
    iat: { ...A_TIME, removed: 'refused' },
    auth_time: A_TIME,
    amr: SIGNED,
  },
  userinfo: {
    sub: NEVER,
    iss: IF_THERE,
    aud: IF_THERE,
    exp: IF_THERE,
    iat: A_TIME,
    given_name: SIGNED,
    given_name_array: SIGNED,
    family_name: SIGNED,
    birthdate: SIGNED,
    gender: SIGNED,
    birthplace: SIGNED,
    birthcountry: SIGNED,
    email: SIGNED,
  },
}

/** Another value of the same kind; a time becomes one that is past. */
const changedOf = (value: unknown): readonly unknown[] => {
  if (typeof value === 'number') return [value - 7_200]
  if (Array.isArray(value)) return [[...value, 'autre'], []]
  const text = String(value)
  return [`${text}x`, text.slice(0, -1), ` ${text}`, '', text === text.toUpperCase() ? `é${text}` : text.toUpperCase()]
}

/** `null` too: a property that is there, and says nothing. A list of the one value is left out for `aud`, which may be one. */
const otherKindsOf =
  (name: string) =>
  (value: unknown): readonly unknown[] => [
    null,
    true,
    {},
    { autre: value },
    [],
    ...(name === 'aud' || Array.isArray(value) ? [] : [[value]]),
    typeof value === 'number' ? String(value) : 7,
  ]

const without = (claims: JWTPayload, name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([other]) => other !== name))

let way: OnItsWay
const issued: { [token in Token]: JWTPayload } = { idToken: {}, userinfo: {} }
beforeAll(async () => {
  way = await startOnItsWay({ askAmr: true }, { clients: [aClient({ amrAuthorised: true })] })
  way.provider.setFaults({
    alterIdToken: claims => {
      issued.idToken = claims
      return claims
    },
    alterUserinfo: claims => {
      issued.userinfo = claims
      return claims
    },
  })
  expect((await way.signIn()).kind).toBe('identified')
})
beforeEach(() => way.provider.setFaults({}))
afterAll(() => way.stop())

const verdictOf = async (token: Token, alter: (claims: JWTPayload) => JWTPayload): Promise<Verdict | string> => {
  way.provider.setFaults(token === 'idToken' ? { alterIdToken: alter } : { alterUserinfo: alter })
  const { kind } = await way.signIn()
  if (kind === 'identified') return 'taken'
  return kind === 'unverified' ? 'refused' : kind
}

const rows = (Object.keys(table) as Token[]).flatMap(token =>
  Object.entries(table[token]).map(([name, verdicts]) => ({ token, name, verdicts })),
)

describe('what FranceConnect signs', () => {
  it('has these properties and no other, each with what is held of it', () => {
    for (const token of ['idToken', 'userinfo'] as const) {
      expect(Object.keys(issued[token]).sort()).toEqual(Object.keys(table[token]).sort())
    }
  })

  it.each(rows)('$token is held to its $name as the specification has it', async ({ token, name, verdicts }) => {
    expect(await verdictOf(token, claims => without(claims, name))).toBe(verdicts.removed)
    for (const [how, othersOf] of [
      ['changed', changedOf],
      ['otherKind', otherKindsOf(name)],
    ] as const) {
      for (let turn = 0; turn < othersOf(issued[token][name]).length; turn += 1) {
        let other: unknown
        const verdict = await verdictOf(token, claims => {
          other = othersOf(claims[name])[turn]
          return { ...claims, [name]: other }
        })
        expect([how, other, verdict]).toEqual([how, other, verdicts[how]])
      }
    }
  })

  it('may name this site alone in a list, which is the same, and never with others', async () => {
    const aud = (audience: unknown) => verdictOf('idToken', claims => ({ ...claims, aud: audience }) as JWTPayload)
    expect(await aud(['a-service'])).toBe('taken')
    for (const audience of [['another'], ['a-service', 'another'], [['a-service']], [7, 'a-service']]) {
      expect([audience, await aud(audience)]).toEqual([audience, 'refused'])
    }
  })

  it('tells how people were authenticated in short texts, and is read as nothing otherwise', async () => {
    for (const [said, read] of [
      [
        ['pwd', 7, null, { a: 1 }, 'x'.repeat(33), 'otp'],
        ['pwd', 'otp'],
      ],
      ['pwd', []],
      [{ 0: 'pwd', length: 1 }, []],
      [null, []],
    ] as const) {
      way.provider.setFaults({ alterIdToken: claims => ({ ...claims, amr: said }) as JWTPayload })
      expect(await way.signIn()).toMatchObject({ kind: 'identified', brought: { amr: read } })
    }
  })

  it('is brought as it was signed, for whoever reads the civil status to judge', async () => {
    way.provider.setFaults({ alterUserinfo: claims => ({ ...claims, birthdate: { a: [1] }, family_name: 7 }) })
    expect(await way.signIn()).toMatchObject({ brought: { claims: { birthdate: { a: [1] }, family_name: 7 } } })
  })
})
