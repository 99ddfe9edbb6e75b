import type { Registration } from './registration.ts'
import type { ServiceRequest } from './request.ts'

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

/** What a registered service would have asked for: a change is laid over it, and everything checked anew. */
export const requestOf = (metadata: Registration['metadata'], sector: string, firstParty: boolean): ServiceRequest => {
  const text = (name: string) => (typeof metadata[name] === 'string' ? { value: metadata[name] } : undefined)
  const entry = <F extends keyof ServiceRequest>(field: F, name: string): { readonly [K in F]?: string } => {
    const found = text(name)
    return (found ? { [field]: found.value } : {}) as { readonly [K in F]?: string }
  }
  return {
    name: text('client_name')?.value ?? '',
    redirectUris: texts(metadata.redirect_uris),
    native: metadata.application_type === 'native',
    public: metadata.token_endpoint_auth_method === 'none',
    firstParty,
    sector,
    scopes: text('scope')?.value.split(' ') ?? [],
    responseTypes: texts(metadata.response_types),
    grantTypes: texts(metadata.grant_types),
    postLogoutRedirectUris: texts(metadata.post_logout_redirect_uris),
    pkce: metadata.require_pkce === false ? 'optional' : 'required',
    ...(metadata.jwks !== undefined && { jwks: metadata.jwks }),
    ...entry('authMethod', 'token_endpoint_auth_method'),
    ...entry('subjectType', 'subject_type'),
    ...entry('idTokenAlg', 'id_token_signed_response_alg'),
    ...entry('userinfoAlg', 'userinfo_signed_response_alg'),
    ...entry('homePage', 'client_uri'),
    ...entry('initiateLoginUri', 'initiate_login_uri'),
    ...entry('backchannelLogoutUri', 'backchannel_logout_uri'),
    ...entry('logoUri', 'logo_uri'),
    ...entry('policyUri', 'policy_uri'),
    ...entry('jwksUri', 'jwks_uri'),
  }
}
