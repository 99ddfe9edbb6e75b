/** What is left out of a request takes the safe default. */
import type { ServiceRequest } from './request.ts'
import { KNOWN_SCOPES } from './scopes.ts'

export type Settled = Required<
  Pick<ServiceRequest, 'scopes' | 'authMethod' | 'responseTypes' | 'grantTypes' | 'pkce' | 'subjectType' | 'idTokenAlg'>
>

const defaultGrants = (scopes: readonly string[]): readonly string[] =>
  scopes.includes('offline_access') ? ['authorization_code', 'refresh_token'] : ['authorization_code']

export const settle = (asked: ServiceRequest): Settled => {
  const scopes = asked.scopes ?? KNOWN_SCOPES
  const grantTypes = asked.grantTypes ?? (asked.responseTypes?.join() === 'none' ? [] : defaultGrants(scopes))
  return {
    scopes,
    grantTypes,
    responseTypes: asked.responseTypes ?? (grantTypes.includes('authorization_code') ? ['code'] : []),
    authMethod: asked.authMethod ?? (asked.public ? 'none' : 'client_secret_basic'),
    pkce: asked.pkce ?? 'required',
    subjectType: asked.subjectType ?? 'pairwise',
    idTokenAlg: asked.idTokenAlg ?? 'ES256',
  }
}
