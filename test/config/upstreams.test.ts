import { describe, expect, it } from '@jest/globals'
import { loadConfig } from '../../src/config/load.ts'

const franceConnect = {
  id: 'franceconnect',
  kind: 'franceconnect',
  issuer: 'https://fc.example.fr/api/v2',
  clientId: 'guichet',
  clientSecret: 'un-secret-de-demonstration-assez-long',
}
const region = {
  id: 'region',
  kind: 'oidc',
  issuer: 'https://comptes.region.example.fr',
  clientId: 'guichet',
  clientSecret: 'un-secret-de-demonstration-assez-long',
  acr: ['eidas1'],
  label: { fr: 'Ma Région', en: 'My Region' },
}

const loaded = (upstreams: unknown, env: Record<string, string> = {}) =>
  loadConfig({ GUICHET_UPSTREAMS: typeof upstreams === 'string' ? upstreams : JSON.stringify(upstreams), ...env })
const problems = (upstreams: unknown, env: Record<string, string> = {}) => {
  const read = loaded(upstreams, env)
  return read.kind === 'refused' ? read.problems : []
}

describe('upstream providers in the configuration', () => {
  it('are none by default', () => {
    const read = loadConfig({})
    expect(read.kind === 'loaded' && read.config.upstreams).toEqual([])
  })

  it('have what FranceConnect expects without being told', () => {
    const read = loaded([franceConnect])
    expect(read.kind === 'loaded' && read.config.upstreams).toMatchObject([
      {
        acr: ['eidas1'],
        scopes: ['openid', 'identite_pivot', 'preferred_username', 'email'],
        label: { fr: 'FranceConnect', en: 'FranceConnect' },
        auth: { method: 'client_secret_post' },
      },
    ])
  })

  it.each([
    ['not JSON', 'nonsense', /GUICHET_UPSTREAMS/],
    [
      'a weak secret',
      [{ ...franceConnect, clientSecret: 'court' }],
      /upstreams\.0\.clientSecret: expected a secret of 24/,
    ],
    ['no secret', [{ ...franceConnect, clientSecret: undefined }], /either clientSecret or privateKey/],
    [
      'a plain issuer',
      [{ ...franceConnect, issuer: 'http://fc.example.fr' }],
      /upstreams\.0\.issuer: expected an https address/,
    ],
    [
      'an id in capitals',
      [{ ...franceConnect, id: 'France Connect' }],
      /upstreams\.0\.id: expected lower-case letters/,
    ],
    ['an id twice', [franceConnect, { ...region, id: 'franceconnect' }], /upstreams\.1\.id: expected an id of its own/],
    ['no level', [{ ...region, acr: [] }], /upstreams\.0\.acr: expected at least one level/],
    ['no key to encrypt to', [{ ...franceConnect, kind: 'franceconnect+' }], /decryptionKeys: expected a private key/],
    ['a key that is unknown', [{ ...franceConnect, secret: 'x' }], /upstreams\.0\.secret: there is no such key/],
  ])('%s is refused with the sentence that mends it, and no value', (_, upstreams, sentence) => {
    const told = problems(upstreams)
    expect(told.join('\n')).toMatch(sentence)
    expect(told.join('\n')).not.toContain('court')
  })

  it('speak https in production, this machine’s too', () => {
    const local = [{ ...franceConnect, issuer: 'http://localhost:3003/api/v2' }]
    expect(problems(local)).toEqual([])
    const production = {
      NODE_ENV: 'production',
      GUICHET_ISSUER: 'https://compte.example.fr',
      GUICHET_OPERATOR: 'Ministère des essais',
      GUICHET_CONTACT: 'aide@compte.example.fr',
      GUICHET_SMTP_URL: 'smtps://smtp.example.fr:465',
      GUICHET_MAIL_FROM: 'ne-pas-repondre@compte.example.fr',
    }
    expect(problems(local, production)).toEqual(['upstreams: expected https issuers in production.'])
    expect(problems([franceConnect], production)).toEqual([])
  })
})
