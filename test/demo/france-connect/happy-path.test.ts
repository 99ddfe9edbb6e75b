import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { parseNir } from '../../../src/identity/nir.ts'
import {
  aClient,
  aRequest,
  askToken,
  askUserinfo,
  authorize,
  choose,
  longEnough,
  type Running,
  startFranceConnect,
  tokensFor,
  userinfoOf,
  verifiedBy,
} from './running.ts'

let running: Running
beforeEach(async () => {
  running = await startFranceConnect()
})
afterEach(() => running.stop())

const without = (claims: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))

describe('signing in with the simulated FranceConnect', () => {
  it('goes from the page of test people to a signed identity', async () => {
    const { back } = await choose(running.issuer, aRequest(), { person: 'elodie' })
    expect(Object.fromEntries(back.searchParams)).toEqual({
      code: expect.any(String),
      state: longEnough('s'),
      iss: running.issuer,
    })
    const answer = await askToken(running.issuer, back.searchParams.get('code') ?? '')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const tokens = (await answer.json()) as { access_token: string; id_token: string }
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'scope', 'token_type'])

    const now = running.now() / 1_000
    const idToken = await verifiedBy(running, tokens.id_token)
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe('ES256')
    expect(idToken).toEqual({
      iss: running.issuer,
      sub: expect.stringMatching(/^[0-9a-f]{64}v1$/),
      aud: 'a-service',
      iat: now,
      exp: now + 60,
      auth_time: now,
      nonce: longEnough('n'),
      acr: 'eidas1',
    })

    const userinfo = await askUserinfo(running.issuer, tokens.access_token)
    expect(userinfo.headers.get('Content-Type')).toBe('application/jwt')
    expect(without(await verifiedBy(running, await userinfo.text()), ['iss', 'aud', 'iat', 'exp'])).toEqual({
      sub: idToken.sub,
      given_name: 'Élodie Anne',
      given_name_array: ['Élodie', 'Anne'],
      family_name: 'EXEMPLE',
      birthdate: '1985-05-14',
      gender: 'female',
      birthplace: '26274',
      birthcountry: '99100',
      email: 'elodie@example.fr',
    })
  })

  it.each([
    ['openid', []],
    [
      'openid identite_pivot',
      ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'],
    ],
    ['openid profile', ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username']],
    ['openid birth', ['birthplace', 'birthcountry']],
    ['openid email', ['email']],
    ['openid idp_birthdate', ['idp_birthdate']],
  ])('gives %s the claims of its scopes and no other', async (scope, names) => {
    const tokens = await tokensFor(running.issuer, { person: 'yann' }, aRequest({ scope }))
    const claims = without(await userinfoOf(running, tokens), ['iss', 'aud', 'iat', 'exp', 'sub'])
    expect(Object.keys(claims).sort()).toEqual([...names].sort())
  })

  it('signs with RS256 for a client that asks for it', async () => {
    await running.stop()
    running = await startFranceConnect({ clients: [aClient({ idTokenAlg: 'RS256' })] })
    const tokens = await tokensFor(running.issuer)
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe('RS256')
    expect((await verifiedBy(running, tokens.id_token)).sub).toBe((await userinfoOf(running, tokens)).sub)
  })

  it('continues without asking while its session is used, and asks again after 30 idle minutes or for prompt=login', async () => {
    const { cookie } = await choose(running.issuer, aRequest(), { person: 'loic' })
    for (const _turn of [1, 2]) {
      running.pass(29 * 60)
      expect((await authorize(running.issuer, aRequest(), cookie)).status).toBe(303)
    }
    expect((await authorize(running.issuer, aRequest({ prompt: 'login consent' }), cookie)).status).toBe(200)
    running.pass(31 * 60)
    expect((await authorize(running.issuer, aRequest(), cookie)).status).toBe(200)
  })

  it('gives each service its own subject, which a change of civil status changes', async () => {
    await running.stop()
    running = await startFranceConnect({ clients: [aClient(), aClient({ id: 'another-service' })] })
    const sub = async (person: string): Promise<string | undefined> =>
      (await verifiedBy(running, (await tokensFor(running.issuer, { person })).id_token)).sub
    const { back } = await choose(running.issuer, aRequest({ client_id: 'another-service' }), { person: 'maelle' })
    const elsewhere = await askToken(running.issuer, back.searchParams.get('code') ?? '', {
      client_id: 'another-service',
    })
    const before = await sub('maelle')
    expect(await sub('maelle')).toBe(before)
    expect(await sub('maelle-apres')).not.toBe(before)
    const { id_token: idToken } = (await elsewhere.json()) as { id_token: string }
    expect(decodeJwt(idToken).aud).toBe('another-service')
    expect(decodeJwt(idToken).sub).not.toBe(before)
  })

  it('tells amr only to who asks and may', async () => {
    await running.stop()
    running = await startFranceConnect({ clients: [aClient({ amrAuthorised: true })] })
    const claims = JSON.stringify({ id_token: { amr: { essential: true } } })
    const asked = await tokensFor(running.issuer, { person: 'yann' }, aRequest({ claims }))
    expect((await verifiedBy(running, asked.id_token)).amr).toEqual(['pwd'])
    expect(await verifiedBy(running, (await tokensFor(running.issuer)).id_token)).not.toHaveProperty('amr')
  })
})

describe('the test people', () => {
  it.each(testPeople.map(person => [person.id, person] as const))(
    '%s has a number that agrees with the civil status',
    (_id, { nir, claims }) => {
      expect(parseNir(nir)).toMatchObject({ ok: true })
      expect(nir.number[0]).toBe(claims.gender === 'male' ? '1' : '2')
      expect(nir.number.slice(1, 3)).toBe(claims.birthdate.slice(2, 4))
      const month = claims.idp_birthdate?.slice(5, 7) === '00' ? '20' : claims.birthdate.slice(5, 7)
      expect(nir.number.slice(3, 5)).toBe(month)
    },
  )
})
