/** The rules of a registration. Each says what is wrong and what was expected; all of them are looked at. */
import type { Settled } from './defaults.ts'
import { fault, type ServiceFault } from './faults.ts'
import { jwksFaults } from './jwks.ts'
import {
  AUTH_METHODS,
  GRANT_TYPES,
  ID_TOKEN_ALGS,
  PKCE,
  RESPONSE_TYPES,
  type ServiceRequest,
  SUBJECT_TYPES,
} from './request.ts'
import { KNOWN_SCOPES } from './scopes.ts'
import { nativeUriFaults, webUriFaults } from './uris.ts'

const oneOf = (
  field: ServiceFault['field'],
  values: readonly string[],
  known: readonly string[],
): readonly ServiceFault[] =>
  values.flatMap(value => (known.includes(value) ? [] : fault(field, 'unknown', `one of ${known.join(', ')}`, value)))

const nameFaults = (name: string): readonly ServiceFault[] => {
  if (name.trim() === '') return fault('name', 'required', 'the name that people are shown')
  if (name.length > 100 || /\p{Cc}|\p{Cf}/u.test(name)) {
    return fault('name', 'format', '100 characters at most, none of them invisible')
  }
  return []
}

const scopeFaults = ({ scopes, responseTypes }: Settled): readonly ServiceFault[] => {
  if (responseTypes.length > 0 && !scopes.includes('openid')) {
    return fault('scopes', 'required', 'openid among the scopes')
  }
  return scopes.flatMap(scope => {
    if (KNOWN_SCOPES.includes(scope)) return []
    if (scope === 'nir') {
      return fault(
        'scopes',
        'forbidden',
        'scopes without nir: this version does not give the number to services',
        scope,
      )
    }
    return fault('scopes', 'unknown', `scopes among ${KNOWN_SCOPES.join(' ')}`, scope)
  })
}

const authenticationFaults = (asked: ServiceRequest, { authMethod, grantTypes, pkce }: Settled) => {
  const faults: ServiceFault[] = [...oneOf('authMethod', [authMethod], AUTH_METHODS)]
  if (asked.public && authMethod !== 'none') {
    faults.push(...fault('authMethod', 'conflict', 'none for a public service', authMethod))
  }
  if (asked.public === false && authMethod === 'none') {
    faults.push(...fault('authMethod', 'conflict', 'a method with a secret or a key, for a service that is not public'))
  }
  if (authMethod === 'private_key_jwt' && asked.jwks === undefined && asked.jwksUri === undefined) {
    faults.push(...fault('jwks', 'required', 'jwks or jwksUri for private_key_jwt'))
  }
  if (asked.jwks !== undefined && asked.jwksUri !== undefined) {
    faults.push(...fault('jwksUri', 'conflict', 'jwks or jwksUri, not both'))
  }
  if (authMethod === 'none' && grantTypes.includes('client_credentials')) {
    faults.push(...fault('grantTypes', 'conflict', 'no client_credentials for a public service', 'client_credentials'))
  }
  if (authMethod === 'none' && pkce === 'optional') {
    faults.push(...fault('pkce', 'conflict', 'required for a public service', pkce))
  }
  return faults
}

const flowFaults = (asked: ServiceRequest, { responseTypes, grantTypes, scopes }: Settled): readonly ServiceFault[] => {
  const faults: ServiceFault[] = []
  const code = grantTypes.includes('authorization_code')
  if (code !== responseTypes.includes('code')) {
    faults.push(
      ...fault('grantTypes', 'conflict', 'authorization_code with response type code, neither without the other'),
    )
  }
  if (grantTypes.includes('refresh_token') && !code) {
    faults.push(...fault('grantTypes', 'conflict', 'refresh_token along with authorization_code', 'refresh_token'))
  }
  if (
    asked.grantTypes &&
    asked.scopes &&
    scopes.includes('offline_access') &&
    code &&
    !grantTypes.includes('refresh_token')
  ) {
    faults.push(...fault('grantTypes', 'conflict', 'refresh_token with the scope offline_access'))
  }
  if (responseTypes.length > 0 && asked.redirectUris.length === 0) {
    faults.push(...fault('redirectUris', 'required', 'at least one redirect URI'))
  }
  if (responseTypes.length === 0 && grantTypes.length === 0) {
    faults.push(...fault('grantTypes', 'required', `one of ${GRANT_TYPES.join(', ')}`))
  }
  return faults
}

const addressFaults = (asked: ServiceRequest): readonly ServiceFault[] => {
  const redirect = asked.native ? nativeUriFaults : webUriFaults
  const optional = (
    ['homePage', 'initiateLoginUri', 'backchannelLogoutUri', 'logoUri', 'policyUri', 'jwksUri'] as const
  ).flatMap(field => {
    const uri = asked[field]
    return uri === undefined ? [] : webUriFaults(field, uri)
  })
  return [
    ...asked.redirectUris.flatMap(uri => redirect('redirectUris', uri)),
    ...(asked.postLogoutRedirectUris ?? []).flatMap(uri => redirect('postLogoutRedirectUris', uri)),
    ...optional,
  ]
}

const choiceFaults = (asked: ServiceRequest, settled: Settled): readonly ServiceFault[] => [
  ...oneOf('responseTypes', settled.responseTypes, RESPONSE_TYPES),
  ...oneOf('grantTypes', settled.grantTypes, GRANT_TYPES),
  ...oneOf('pkce', [settled.pkce], PKCE),
  ...oneOf('subjectType', [settled.subjectType], SUBJECT_TYPES),
  ...oneOf('idTokenAlg', [settled.idTokenAlg], ID_TOKEN_ALGS),
  ...(asked.userinfoAlg === undefined ? [] : oneOf('userinfoAlg', [asked.userinfoAlg], ID_TOKEN_ALGS)),
]

/** Every fault at once, not the first alone; the sector has its own rules (sector.ts). */
export const faultsOf = (asked: ServiceRequest, settled: Settled): readonly ServiceFault[] => [
  ...nameFaults(asked.name),
  ...addressFaults(asked),
  ...scopeFaults(settled),
  ...authenticationFaults(asked, settled),
  ...choiceFaults(asked, settled),
  ...flowFaults(asked, settled),
  ...(asked.jwks === undefined ? [] : jwksFaults(asked.jwks)),
]
