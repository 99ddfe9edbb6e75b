import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { KNOWN_SCOPES } from '../../src/services/scopes.ts'
import { aGuichet, aPerson, type Guichet } from './support/guichet.ts'
import { call, payloadOf, signedIn, userinfo } from './support/service.ts'

const ADDRESS = {
  formatted: '12 rue des Lilas\n49000 Angers',
  street_address: '12 rue des Lilas',
  postal_code: '49000',
  locality: 'Angers',
  country: 'France',
}
const EMAIL = { email: 'claire@exemple.fr', email_verified: true }
const PHONE = { phone_number: '+33612345678', phone_number_verified: false }
const NAME = { family_name: 'DURAND' }

/** All that a declared account may say, scope by scope. */
const SAID: { readonly [scope: string]: object } = {
  openid: {},
  profile: NAME,
  email: EMAIL,
  phone: PHONE,
  address: { address: ADDRESS },
  offline_access: {},
  // verified, or not given
  identite_pivot: {},
  birth: {},
  given_name: {},
  family_name: NAME,
  birthdate: {},
  gender: {},
  birthplace: {},
  birthcountry: {},
  preferred_username: {},
}

const CLAIMS = [
  'family_name',
  'given_name',
  'given_name_array',
  'birthdate',
  'gender',
  'birthplace',
  'birthcountry',
  'preferred_username',
  'email',
  'email_verified',
  'phone_number',
  'phone_number_verified',
  'address',
  'nir',
  'name',
]
const personal = (claims: object): object =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => CLAIMS.includes(name)))

describe('claims', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  it('has an answer for every scope that a service may be granted', () => {
    expect(Object.keys(SAID).sort()).toEqual([...KNOWN_SCOPES].sort())
  })

  it.each(Object.keys(SAID))('of the scope %s are given by userinfo alone, and no others', async scope => {
    const service = await guichet.aService({ firstParty: true })
    const asked = [...new Set(['openid', scope])].join(' ')
    const { tokens } = await signedIn(guichet, service, await guichet.anAccount(), { scope: asked })
    expect(personal(payloadOf(tokens.json.id_token))).toEqual({})
    const { sub, ...claims } = (await userinfo(guichet, tokens.json.access_token)).json
    expect(claims).toEqual(SAID[scope])
    expect(sub).toBe(payloadOf(tokens.json.id_token).sub)
    const introspected = (await call(guichet, '/introspect', service, { token: tokens.json.access_token })).json
    expect(introspected.active).toBe(true)
    expect(personal(introspected)).toEqual({})
  })

  it.each(Object.keys(SAID))('asked for one by one are held to the scope %s', async scope => {
    const service = await guichet.aService({ firstParty: true })
    const asked = [...new Set(['openid', scope])].join(' ')
    const all = Object.fromEntries(CLAIMS.map(name => [name, { essential: true }]))
    const claims = JSON.stringify({ userinfo: all, id_token: all })
    const { tokens } = await signedIn(guichet, service, await guichet.anAccount(), { scope: asked, claims })
    expect(personal(payloadOf(tokens.json.id_token))).toEqual(SAID[scope])
    expect(personal((await userinfo(guichet, tokens.json.access_token)).json)).toEqual(SAID[scope])
  })

  it('refuses a scope that the service was not granted', async () => {
    const service = await guichet.aService({ scopes: ['openid', 'email'] })
    await expect(signedIn(guichet, service, await guichet.anAccount(), { scope: 'openid phone' })).rejects.toThrow(
      'error=invalid_scope',
    )
  })

  it('end with the scope that an administrator takes back from the service', async () => {
    const service = await guichet.aService()
    const { tokens } = await signedIn(guichet, service, await guichet.anAccount())
    await guichet.services.change(service.id, { scopes: ['openid', 'profile'] }, 'test')
    const { sub: _sub, ...claims } = (await userinfo(guichet, tokens.json.access_token)).json
    expect(claims).toEqual(NAME)
  })

  it('are absent, never empty, when they are not known', async () => {
    const { telephones: _, address: __, ...bare } = aPerson
    const account = await guichet.anAccount({ emailVerifiedAt: undefined }, { ...bare, telephones: {} })
    const service = await guichet.aService()
    const { tokens } = await signedIn(guichet, service, account)
    const { sub: _sub, ...claims } = (await userinfo(guichet, tokens.json.access_token)).json
    expect(claims).toEqual({ ...NAME, email: 'claire@exemple.fr', email_verified: false })
  })

  it('say nothing of the number, wherever one looks', async () => {
    const service = await guichet.aService()
    const { tokens } = await signedIn(guichet, service, await guichet.anAccount(), { scope: KNOWN_SCOPES.join(' ') })
    const everything = JSON.stringify([
      payloadOf(tokens.json.id_token),
      (await userinfo(guichet, tokens.json.access_token)).json,
      (await call(guichet, '/introspect', service, { token: tokens.json.access_token })).json,
    ])
    expect(everything).not.toContain(aPerson.nir.number)
    expect(everything).not.toContain(aPerson.nir.number.slice(1, 7))
  })

  it('come as a signed answer for a service that asks so, as FranceConnect does', async () => {
    const service = await guichet.aService({ userinfoAlg: 'ES256' })
    const { tokens } = await signedIn(guichet, service, await guichet.anAccount())
    const answer = await userinfo(guichet, tokens.json.access_token)
    expect(answer.headers.get('content-type')).toContain('application/jwt')
    expect(payloadOf(answer.json.text)).toMatchObject({ iss: guichet.issuer, aud: service.id, family_name: 'DURAND' })
  })

  it('sign the ID token as the service was registered', async () => {
    const algOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).alg
    for (const idTokenAlg of ['ES256', 'RS256']) {
      const service = await guichet.aService({ idTokenAlg })
      const { tokens } = await signedIn(guichet, service, await guichet.anAccount())
      expect(algOf(tokens.json.id_token)).toBe(idTokenAlg)
    }
  })
})

describe('subjects', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())
  const subOf = async (account: string, asked: Parameters<Guichet['aService']>[0]) => {
    const { tokens } = await signedIn(guichet, await guichet.aService(asked), account)
    return payloadOf(tokens.json.id_token).sub
  }

  it('differ from sector to sector, and say nothing of the account', async () => {
    const account = await guichet.anAccount()
    const [a, b, again] = [
      await subOf(account, { sector: 'a.example' }),
      await subOf(account, { sector: 'b.example' }),
      await subOf(account, { sector: 'a.example', redirectUris: ['https://elsewhere.example/cb'] }),
    ]
    expect(a).not.toBe(b)
    expect(again).toBe(a)
    expect([a, b]).not.toContain(account)
    expect(await subOf(await guichet.anAccount(), { sector: 'a.example' })).not.toBe(a)
  })

  it('stay when the service moves to another host', async () => {
    const account = await guichet.anAccount()
    const service = await guichet.aService({ redirectUris: ['https://before.example/cb'] })
    const before = await signedIn(guichet, service, account)
    const moved = { redirectUris: ['https://after.example/cb', 'https://third.example/cb'] }
    expect((await guichet.services.change(service.id, moved, 'test')).kind).toBe('changed')
    const after = await signedIn(guichet, { ...service, redirectUri: 'https://after.example/cb' }, account)
    expect(payloadOf(after.tokens.json.id_token).sub).toBe(payloadOf(before.tokens.json.id_token).sub)
  })

  it('are the account itself only for a service registered so', async () => {
    const account = await guichet.anAccount()
    expect(await subOf(account, { subjectType: 'public' })).toBe(account)
  })
})
