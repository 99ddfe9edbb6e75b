import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ServiceFault } from '../../src/services/faults.ts'
import { parseRegistration } from '../../src/services/registration.ts'
import type { ServiceRequest } from '../../src/services/request.ts'
import { requestOf } from '../../src/services/request-of.ts'
import { KNOWN_SCOPES } from '../../src/services/scopes.ts'

const asked: ServiceRequest = { name: 'Un service', redirectUris: ['https://service.example/retour'] }
const parsed = (change: Partial<ServiceRequest> = {}) => parseRegistration({ ...asked, ...change }, 'id')
const faultsOf = (change: Partial<ServiceRequest>): readonly ServiceFault[] => {
  const outcome = parsed(change)
  return outcome.ok ? [] : outcome.faults
}
const told = (change: Partial<ServiceRequest>) => faultsOf(change).map(({ field, code }) => `${field} ${code}`)

describe('a registration', () => {
  it('takes the safe defaults', () => {
    expect(parsed()).toEqual({
      ok: true,
      registration: {
        sector: 'service.example',
        firstParty: false,
        needsSecret: true,
        metadata: {
          client_name: 'Un service',
          redirect_uris: ['https://service.example/retour'],
          application_type: 'web',
          scope: KNOWN_SCOPES.join(' '),
          token_endpoint_auth_method: 'client_secret_basic',
          subject_type: 'pairwise',
          id_token_signed_response_alg: 'ES256',
          response_types: ['code'],
          grant_types: ['authorization_code', 'refresh_token'],
          require_pkce: true,
        },
      },
    })
  })

  it.each([
    ['https://service.example/cb', undefined],
    ['https://service.example:8443/cb?a=b', undefined],
    ['http://localhost:3001/cb', undefined],
    ['http://127.0.0.1/cb', undefined],
    ['http://[::1]:4000/cb', undefined],
    ['http://service.example/cb', 'scheme'],
    ['http://localhost.evil.example/cb', 'scheme'],
    ['https://*.service.example/cb', 'wildcard'],
    ['https://service.example/*', 'wildcard'],
    ['https://service.example/cb#', 'fragment'],
    ['https://service.example/cb#a', 'fragment'],
    ['https://user:pass@service.example/cb', 'format'],
    ['https://service.example/a b', 'format'],
    ['https:\\\\service.example/cb', 'format'],
    ['javascript:alert(1)', 'scheme'],
    ['data:text/html,x', 'scheme'],
    ['fr.exemple.app:/cb', 'scheme'],
    ['/cb', 'format'],
    ['', 'format'],
  ])('tells of the redirect URI %j: %j', (uri, code) => {
    expect(told({ redirectUris: [uri] })).toEqual(code === undefined ? [] : [`redirectUris ${code}`])
  })

  it.each([
    ['fr.exemple.app:/cb', undefined],
    ['http://127.0.0.1:4444/cb', undefined],
    ['https://app.example/cb', undefined],
    ['myapp:/cb', 'scheme'],
    ['http://app.example/cb', 'scheme'],
    ['https://localhost/cb', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
  ])('tells of an installed application at %j: %j', (uri, code) => {
    expect(told({ redirectUris: [uri], native: true, public: true })).toEqual(
      code === undefined ? [] : [`redirectUris ${code}`],
    )
  })

  it('tells every fault at once', () => {
    const change = {
      name: ' ',
      redirectUris: ['http://service.example/cb'],
      homePage: 'ftp://service.example/',
      backchannelLogoutUri: 'http://service.example/logout',
      idTokenAlg: 'HS256',
      pkce: 'maybe',
      scopes: ['openid', 'everything'],
    }
    expect(told(change).sort()).toEqual([
      'backchannelLogoutUri scheme',
      'homePage scheme',
      'idTokenAlg unknown',
      'name required',
      'pkce unknown',
      'redirectUris scheme',
      'scopes unknown',
    ])
    for (const { expected } of faultsOf(change)) expect(expected).not.toBe('')
  })

  it('refuses the number to every service for now', () => {
    expect(told({ scopes: ['openid', 'nir'] })).toEqual(['scopes forbidden'])
  })

  it('refuses what does not go together', () => {
    expect(told({ public: true, authMethod: 'client_secret_basic' })).toEqual(['authMethod conflict'])
    expect(told({ public: true, pkce: 'optional' })).toEqual(['pkce conflict'])
    expect(told({ public: true, grantTypes: ['authorization_code', 'client_credentials'] })).toEqual([
      'grantTypes conflict',
    ])
    expect(told({ authMethod: 'client_secret_jwt' })).toEqual(['authMethod unknown'])
    expect(told({ authMethod: 'private_key_jwt' })).toEqual(['jwks required'])
    expect(told({ responseTypes: ['code', 'token'] })).toEqual(['responseTypes unknown'])
    expect(told({ responseTypes: ['code'], grantTypes: ['client_credentials'] })).toEqual(['grantTypes conflict'])
    expect(told({ redirectUris: [] })).toEqual(['redirectUris required'])
    expect(told({ scopes: ['email'] })).toEqual(['scopes required'])
  })

  it('wants to be told the sector when redirect URIs have several hosts', () => {
    const redirectUris = ['https://a.example/cb', 'https://b.example/cb']
    expect(told({ redirectUris })).toEqual(['sector required'])
    const outcome = parsed({ redirectUris, sector: 'A.example' })
    expect(outcome.ok && outcome.registration.sector).toBe('a.example')
    expect(told({ sector: 'https://a.example/' })).toEqual(['sector format'])
  })

  it('takes a service that only calls on its own behalf', () => {
    const outcome = parsed({ redirectUris: [], grantTypes: ['client_credentials'], scopes: [] })
    expect(outcome).toMatchObject({
      ok: true,
      registration: { metadata: { response_types: [], grant_types: ['client_credentials'] } },
    })
  })

  it('keeps public keys alone', () => {
    const keys = (key: object) => told({ authMethod: 'private_key_jwt', jwks: { keys: [key] } })
    expect(keys({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' })).toEqual([])
    expect(keys({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' })).toEqual(['jwks forbidden'])
    expect(keys({ kty: 'oct', k: 'k' })).toEqual(['jwks forbidden'])
    expect(keys({ kty: 'RSA', n: 'n' })).toEqual(['jwks format'])
    expect(told({ authMethod: 'private_key_jwt', jwks: 'text' })).toEqual(['jwks format'])
  })

  it('never lets a redirect URI through that is neither https nor loopback, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl({ validSchemes: ['http', 'https', 'ftp'], withFragments: true }), fc.string()),
        uri => {
          const refused = told({ redirectUris: [uri], sector: 'a.example' }).length > 0
          const url = URL.parse(uri)
          const loopback = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
          const fine =
            url !== null && (url.protocol === 'https:' || loopback) && !uri.includes('#') && !uri.includes('*')
          return refused || fine
        },
      ),
    )
  })

  it('comes back as it was asked from what is kept', () => {
    const full: ServiceRequest = {
      ...asked,
      homePage: 'https://service.example/',
      initiateLoginUri: 'https://service.example/login',
      backchannelLogoutUri: 'https://service.example/logout',
      postLogoutRedirectUris: ['https://service.example/bye'],
      scopes: ['openid', 'email'],
      pkce: 'optional',
      idTokenAlg: 'RS256',
      firstParty: true,
    }
    const first = parseRegistration(full, 'id')
    if (!first.ok) throw new Error('refused')
    const { metadata, sector, firstParty } = first.registration
    expect(parseRegistration(requestOf(metadata, sector, firstParty), 'id')).toEqual(first)
  })
})
