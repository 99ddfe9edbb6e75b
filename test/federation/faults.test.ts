import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Faults } from '../../src/demo/france-connect/faults.ts'
import type { Finished } from '../../src/federation/federation.ts'
import { choose } from '../demo/france-connect/running.ts'
import { type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

let content: ((url: string, answer: Response) => Promise<Response>) | undefined
let way: OnItsWay
beforeAll(async () => {
  way = await startOnItsWay(
    {},
    {},
    {
      through: async (input, init) => {
        const answer = await fetch(input, init)
        return content ? content(String(input), answer) : answer
      },
    },
  )
})
beforeEach(() => {
  content = undefined
  way.provider.setFaults({})
  way.pass(10)
})
afterAll(() => way.stop())

const unverified = (why: string) => ({ kind: 'unverified', why })
const away = (why: string) => ({ kind: 'unavailable', retry: true, why })

/** Every fault that the simulator knows, and what comes of it. */
const outcomes: { readonly [name in keyof Faults]-?: readonly (readonly [Faults[name], object])[] } = {
  wrongKey: [
    [true, unverified('signature')],
    ['idToken', unverified('signature')],
    ['userinfo', unverified('signature')],
  ],
  unknownKey: [
    [true, unverified('signature')],
    ['idToken', unverified('signature')],
    ['userinfo', unverified('signature')],
  ],
  algNone: [
    [true, unverified('signature')],
    ['idToken', unverified('signature')],
    ['userinfo', unverified('signature')],
  ],
  rotatedKey: [[true, { kind: 'identified' }]],
  expiredIdToken: [[true, unverified('time')]],
  wrongNonce: [[true, unverified('nonce')]],
  wrongAud: [[true, unverified('aud')]],
  wrongIss: [[true, unverified('iss')]],
  wrongAcr: [[true, unverified('acr')]],
  unsignedUserinfo: [[true, unverified('unsignedUserinfo')]],
  userinfoOtherSub: [[true, unverified('sub')]],
  // what an account needs is for whoever reads the civil status to say
  missingClaims: [[['birthdate'], { kind: 'identified' }]],
  slow: [[{ ms: 1 }, { kind: 'identified' }]],
  cutConnection: [
    [['token'], away('unreachable')],
    [['userinfo'], away('unreachable')],
  ],
  tokenError: [
    [true, away('notConform')],
    [{ status: 400, error: 'invalid_grant' }, away('invalid_grant')],
    [
      { status: 401, error: 'invalid_client' },
      { kind: 'unavailable', retry: false, why: 'invalid_client' },
    ],
  ],
  userinfoError: [
    [true, { kind: 'unavailable', retry: true }],
    [
      { status: 401, error: 'invalid_token' },
      { kind: 'unavailable', retry: true },
    ],
  ],
  // known for an hour: of no consequence on the way back
  discoveryDown: [[true, { kind: 'identified' }]],
  jwksDown: [[true, { kind: 'identified' }]],
  wrongIssInCallback: [[true, unverified('iss')]],
  noIssInCallback: [[true, unverified('iss')]],
  alterIdToken: [[claims => ({ ...claims, azp: 'another' }), unverified('aud')]],
  alterUserinfo: [[claims => ({ ...claims, family_name: 'AUTRE' }), { kind: 'identified' }]],
}

describe('a fault of FranceConnect', () => {
  it.each(
    Object.entries(outcomes).flatMap(([name, cases]) =>
      cases.map(
        ([fault, outcome]) => [name, JSON.stringify(fault) ?? 'told', { [name]: fault } as Faults, outcome] as const,
      ),
    ),
  )('%s %s has its outcome', async (_, __, faults, outcome) => {
    expect((await way.signIn()).kind).toBe('identified')
    way.provider.setFaults(faults)
    expect(await way.signIn()).toMatchObject(outcome)
  })

  it.each([
    ['access_denied', { kind: 'refused' }],
    ['server_error', away('server_error')],
    ['temporarily_unavailable', away('temporarily_unavailable')],
    ['invalid_scope', { kind: 'unavailable', retry: false, why: 'invalid_scope' }],
    ['invalid_request', { kind: 'unavailable', retry: false, why: 'invalid_request' }],
    ['invalid_acr', { kind: 'unavailable', retry: false, why: 'invalid_acr' }],
  ])('%s in the callback has its outcome, and is believed of FranceConnect alone', async (error, outcome) => {
    const answered = async (change: (back: URLSearchParams) => void): Promise<Finished> => {
      const begun = await way.federation.begin('franceconnect', {})
      if (begun.kind !== 'begun') throw new Error('not begun')
      const { back } = await choose(way.issuer, new URL(begun.url).searchParams, { error })
      change(back.searchParams)
      return way.federation.finish('franceconnect', back.searchParams, begun.flight)
    }
    expect(await answered(() => undefined)).toEqual(outcome)
    expect(await answered(back => back.delete('iss'))).toEqual(unverified('iss'))
    expect(await answered(back => back.set('iss', 'https://another.example'))).toEqual(unverified('iss'))
    expect(await answered(back => back.delete('state'))).toEqual(unverified('state'))
    expect(await answered(back => back.set('state', 'x'.repeat(43)))).toEqual(unverified('state'))
    expect((await answered(back => back.append('state', 'x'.repeat(43)))).kind).toBe('unverified')
  })

  it.each([
    'application/json',
    'Application/JWT',
    'application/jwt ; charset=utf-8',
    'APPLICATION/jwt',
    'text/plain',
    '',
  ])('never makes an unsigned userinfo believed, whatever it calls it: « %s »', async type => {
    content = async (url, answer) => {
      if (!url.endsWith('/userinfo')) return answer
      const [, claims = ''] = (await answer.text()).split('.')
      const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), family_name: 'AUTRE' }
      return new Response(JSON.stringify(changed), { headers: { 'content-type': type } })
    }
    expect((await way.signIn()).kind).toBe('unverified')
  })

  it.each(['Application/JWT', 'application/jwt ; charset=utf-8'])(
    'is of no consequence where it is but the way to write a type: « %s »',
    async type => {
      content = async (url, answer) =>
        url.endsWith('/userinfo') ? new Response(await answer.text(), { headers: { 'content-type': type } }) : answer
      expect((await way.signIn()).kind).toBe('identified')
    },
  )
})

describe('two providers', () => {
  it('are never taken one for the other, whichever way their answers are crossed', async () => {
    const other = await startOnItsWay()
    try {
      const begunHere = await way.federation.begin('franceconnect', {})
      const begunThere = await other.federation.begin('franceconnect', {})
      if (begunHere.kind !== 'begun' || begunThere.kind !== 'begun') throw new Error('not begun')
      const there = await choose(other.issuer, new URL(begunThere.url).searchParams, { person: 'elodie' })
      const tokens = way.asked.get('token') ?? 0
      expect(await way.federation.finish('franceconnect', there.back.searchParams, begunHere.flight)).toMatchObject({
        kind: 'unverified',
      })
      // the state of the one, the code of the other
      there.back.searchParams.set('state', begunHere.flight.state)
      expect(await way.federation.finish('franceconnect', there.back.searchParams, begunHere.flight)).toEqual(
        unverified('iss'),
      )
      expect(way.asked.get('token') ?? 0).toBe(tokens)
    } finally {
      await other.stop()
    }
  })
})

describe('all of this', () => {
  it('was logged in codes: no token, code, state, claim nor secret', () => {
    expect(way.logged.length).toBeGreaterThan(10)
    expect(way.logged.join('\n')).not.toMatch(/EXEMPLE|AUTRE|lodie|a-secret|eyJ|1985|[\w-]{40,}|another\.example/)
  })
})
