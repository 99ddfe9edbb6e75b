import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { loadConfig } from '../../src/config/load.ts'
import { decryptionKey, publicHalf, signingKey } from '../../src/federation/keys.ts'

const listed = {
  id: 'region',
  kind: 'oidc',
  issuer: 'https://comptes.region.example.fr',
  clientId: 'guichet',
  acr: ['eidas1'],
  label: { fr: 'Ma Région', en: 'My Region' },
}
const withSecret = { ...listed, clientSecret: 'un-secret-de-demonstration-assez-long' }

const told = (upstream: object): string => {
  const read = loadConfig({ GUICHET_UPSTREAMS: JSON.stringify([upstream]) })
  return read.kind === 'refused' ? read.problems.join('\n') : 'loaded'
}

const jwk = (pair: { readonly privateKey: { export(options: { format: 'jwk' }): object } }): Record<string, string> =>
  pair.privateKey.export({ format: 'jwk' }) as Record<string, string>
const ec = (namedCurve = 'P-256') => jwk(generateKeyPairSync('ec', { namedCurve }))
const rsa = (modulusLength = 2048) => jwk(generateKeyPairSync('rsa', { modulusLength }))
const ed = () => jwk(generateKeyPairSync('ed25519'))

describe('the issuer of an upstream', () => {
  it.each([
    ['nonsense', 'an address such as'],
    ['', 'an address such as'],
    ['ftp://fc.example.fr', 'an address such as'],
    ['http://fc.example.fr', 'an https address'],
    ['https://fc.example.fr/?a=b', 'an address without query'],
    ['https://fc.example.fr/#a', 'an address without query'],
    ['https://user:password@fc.example.fr/', 'an address without query'],
  ])('« %s » is refused with the sentence that mends it', (issuer, sentence) => {
    const said = told({ ...withSecret, issuer })
    expect(said).toContain(`upstreams.0.issuer: expected ${sentence}`)
    expect(said).not.toContain('password@')
  })

  it.each(['https://fc.example.fr/api/v2', 'https://fc.example.fr/', 'http://127.0.0.1:3003', 'http://[::1]:3003/a'])(
    '« %s » is kept to the letter',
    issuer => {
      const read = loadConfig({ GUICHET_UPSTREAMS: JSON.stringify([{ ...withSecret, issuer }]) })
      expect(read.kind === 'loaded' && read.config.upstreams[0]?.issuer).toBe(issuer)
    },
  )
})

describe('a private key of ours', () => {
  it.each([
    ['EC', ec()],
    ['RSA', rsa()],
    ['RSA for PS256', { ...rsa(), alg: 'PS256' }],
    ['Ed25519', ed()],
    ['one whose uses are written otherwise', { ...ec(), use: 'enc', key_ops: ['deriveKey'] }],
  ])('signs: %s', async (_, privateKey) => {
    expect(told({ ...listed, privateKey })).toBe('loaded')
    expect((await signingKey(privateKey as never)).key.type).toBe('private')
  })

  it.each([
    ['EC', ec()],
    ['EC of another curve', ec('P-384')],
    ['RSA', { ...rsa(), alg: 'RSA-OAEP-256', use: 'enc' }],
  ])('is encrypted to: %s', async (_, key) => {
    expect(told({ ...withSecret, decryptionKeys: [key] })).toBe('loaded')
    expect(await decryptionKey(key as never)).toMatchObject({ alg: expect.stringMatching(/^ECDH-ES$|^RSA-OAEP-256$/) })
    expect(Object.keys(publicHalf(key as never))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:d|p|q|dp|dq|qi)$/)]),
    )
  })

  const { d: _, ...publicAlone } = ec()
  it.each([
    ['no key', {}],
    ['not even an object', 'a-key'],
    ['a public one', publicAlone],
    ['a cut one', { ...ec(), d: 'x' }],
    ['halves of two', { ...ec(), d: ec().d }],
    ['a weak one', rsa(1024)],
    ['another curve', ec('P-384')],
    ['another algorithm', { ...ec(), alg: 'HS256' }],
    ['a shared secret', { kty: 'oct', k: 'c2VjcmV0' }],
    ['one of encryption', { ...rsa(), alg: 'RSA-OAEP-256' }],
  ])('that signs is refused at the start, and not shown, when it is %s', (_, privateKey) => {
    const said = told({ ...listed, privateKey })
    expect(said).toMatch(/^upstreams\.0\.privateKey: expected (?:a whole private JWK that signs|a value)/)
    for (const value of Object.values(privateKey)) if (value && value.length > 8) expect(said).not.toContain(value)
  })

  it.each([
    ['Ed25519', ed()],
    ['a weak one', rsa(1024)],
    ['an algorithm of old', { ...rsa(), alg: 'RSA1_5' }],
    ['a cut one', { ...ec(), d: 'x' }],
  ])('that is encrypted to is refused at the start when it is %s', (_, key) => {
    expect(told({ ...withSecret, decryptionKeys: [key] })).toContain(
      'upstreams.0.decryptionKeys.0: expected a whole private JWK that is encrypted to',
    )
  })

  it('that is encrypted to has a name where there are several', () => {
    const [one, other] = [ec(), ec()]
    const problem = 'upstreams.0.decryptionKeys: expected a « kid » of its own for each key'
    expect(told({ ...withSecret, decryptionKeys: [one, other] })).toContain(problem)
    expect(
      told({
        ...withSecret,
        decryptionKeys: [
          { ...one, kid: 'a' },
          { ...other, kid: 'a' },
        ],
      }),
    ).toContain(problem)
    expect(
      told({
        ...withSecret,
        decryptionKeys: [
          { ...one, kid: 'a' },
          { ...other, kid: 'b' },
        ],
      }),
    ).toBe('loaded')
  })
})

describe('what is asked of an upstream', () => {
  it.each([[[]], [['profile']]])('has « openid » among its scopes: %j is refused', scopes => {
    expect(told({ ...withSecret, scopes })).toContain('upstreams.0.scopes: expected a list of scopes with « openid »')
  })

  it('names FranceConnect’s claims as they are written', () => {
    expect(told({ ...withSecret, claims: { familly_name: 'nom' } })).toContain(
      "upstreams.0.claims.familly_name: expected a claim of FranceConnect's: family_name",
    )
    expect(told({ ...withSecret, claims: { family_name: 'nom', idp_birthdate: 'naissance' } })).toBe('loaded')
  })
})
