/** The rules of a registration: what an administrator asks for, and the client metadata that comes of it. */
import { fault, type ServiceFault } from './faults.ts'
import { jwksFaults } from './jwks.ts'
import { KNOWN_SCOPES } from './scopes.ts'
import { nativeUriFaults, webUriFaults } from './uris.ts'

export const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const
export const RESPONSE_TYPES = ['code', 'none'] as const
export const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'] as const
export const ID_TOKEN_ALGS = ['ES256', 'RS256'] as const
export const SUBJECT_TYPES = ['pairwise', 'public'] as const
export const PKCE = ['required', 'optional'] as const

/** What an administrator gives; what is left out takes its default. Strings come as typed: they are checked here. */
export type ServiceRequest = {
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly homePage?: string
  readonly initiateLoginUri?: string
  readonly postLogoutRedirectUris?: readonly string[]
  readonly backchannelLogoutUri?: string
  readonly logoUri?: string
  readonly policyUri?: string
  /** A browser or installed application: no secret, PKCE always. */
  readonly public?: boolean
  /** An installed application: consent is asked each time. */
  readonly native?: boolean
  /** The operator's own: no consent is asked. */
  readonly firstParty?: boolean
  /** Default: every scope known. */
  readonly scopes?: readonly string[]
  /** Default client_secret_basic, none for a public service. */
  readonly authMethod?: string
  readonly jwks?: unknown
  readonly jwksUri?: string
  /** Host that its pairwise subjects are made for, fixed once registered. Default: that of its redirect URIs. */
  readonly sector?: string
  /** Default pairwise. */
  readonly subjectType?: string
  /** Default required. */
  readonly pkce?: string
  /** Default ES256. */
  readonly idTokenAlg?: string
  /** Userinfo as a signed JWT, as FranceConnect answers. Default: JSON. */
  readonly userinfoAlg?: string
  /** Default code. */
  readonly responseTypes?: readonly string[]
  /** Default authorization_code, and refresh_token with offline_access. */
  readonly grantTypes?: readonly string[]
}

export type Registration = {
  readonly metadata: { readonly [name: string]: unknown }
  readonly sector: string
  readonly firstParty: boolean
  readonly needsSecret: boolean
}

export type RegistrationOutcome =
  | { readonly ok: true; readonly registration: Registration }
  | { readonly ok: false; readonly faults: readonly ServiceFault[] }

type Settled = Required<
  Pick<ServiceRequest, 'scopes' | 'authMethod' | 'responseTypes' | 'grantTypes' | 'pkce' | 'subjectType' | 'idTokenAlg'>
>

const defaultGrants = (scopes: readonly string[]): readonly string[] =>
  scopes.includes('offline_access') ? ['authorization_code', 'refresh_token'] : ['authorization_code']

const settle = (asked: ServiceRequest): Settled => {
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

const hostsOf = (uris: readonly string[]): readonly string[] => [
  ...new Set(uris.flatMap(uri => URL.parse(uri)?.host || [])),
]

const sectorOf = (
  asked: ServiceRequest,
  id: string,
): { readonly sector: string; readonly faults: readonly ServiceFault[] } => {
  if (asked.sector !== undefined) {
    const url = URL.parse(`https://${asked.sector}`)
    const plain = url && url.host === asked.sector.toLowerCase() && !url.username
    const faults = plain ? [] : fault('sector', 'format', 'a host name, such as service.example', asked.sector)
    return { sector: asked.sector.toLowerCase(), faults }
  }
  const [host, ...others] = hostsOf(asked.redirectUris)
  if (others.length > 0) {
    return {
      sector: '',
      faults: fault('sector', 'required', 'the host that subjects are made for, as redirect URIs have several'),
    }
  }
  // An application's own scheme has no host: its sector is its own identifier.
  return { sector: host ?? id.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-'), faults: [] }
}

const metadataOf = (asked: ServiceRequest, settled: Settled): Registration['metadata'] => ({
  client_name: asked.name.trim().normalize('NFC'),
  redirect_uris: [...new Set(asked.redirectUris)],
  application_type: asked.native ? 'native' : 'web',
  ...(settled.scopes.length > 0 && { scope: [...new Set(settled.scopes)].join(' ') }),
  token_endpoint_auth_method: settled.authMethod,
  subject_type: settled.subjectType,
  id_token_signed_response_alg: settled.idTokenAlg,
  response_types: [...new Set(settled.responseTypes)],
  grant_types: [...new Set(settled.grantTypes)],
  require_pkce: settled.pkce === 'required',
  ...(asked.userinfoAlg !== undefined && { userinfo_signed_response_alg: asked.userinfoAlg }),
  ...(asked.homePage !== undefined && { client_uri: asked.homePage }),
  ...(asked.initiateLoginUri !== undefined && { initiate_login_uri: asked.initiateLoginUri }),
  ...(asked.logoUri !== undefined && { logo_uri: asked.logoUri }),
  ...(asked.policyUri !== undefined && { policy_uri: asked.policyUri }),
  ...(asked.postLogoutRedirectUris?.length && {
    post_logout_redirect_uris: [...new Set(asked.postLogoutRedirectUris)],
  }),
  ...(asked.backchannelLogoutUri !== undefined && {
    backchannel_logout_uri: asked.backchannelLogoutUri,
    backchannel_logout_session_required: true,
  }),
  ...(asked.jwks !== undefined && { jwks: asked.jwks }),
  ...(asked.jwksUri !== undefined && { jwks_uri: asked.jwksUri }),
})

/** Checks everything at once: every fault is told, not the first alone. `id` names a service that has no host. */
export const parseRegistration = (asked: ServiceRequest, id: string): RegistrationOutcome => {
  const settled = settle(asked)
  const { sector, faults: sectorFaults } = sectorOf(asked, id)
  const faults = [
    ...nameFaults(asked.name),
    ...addressFaults(asked),
    ...scopeFaults(settled),
    ...authenticationFaults(asked, settled),
    ...oneOf('responseTypes', settled.responseTypes, RESPONSE_TYPES),
    ...oneOf('grantTypes', settled.grantTypes, GRANT_TYPES),
    ...flowFaults(asked, settled),
    ...oneOf('pkce', [settled.pkce], PKCE),
    ...oneOf('subjectType', [settled.subjectType], SUBJECT_TYPES),
    ...oneOf('idTokenAlg', [settled.idTokenAlg], ID_TOKEN_ALGS),
    ...(asked.userinfoAlg === undefined ? [] : oneOf('userinfoAlg', [asked.userinfoAlg], ID_TOKEN_ALGS)),
    ...(asked.jwks === undefined ? [] : jwksFaults(asked.jwks)),
    ...sectorFaults,
  ]
  if (faults.length > 0) return { ok: false, faults }

  return {
    ok: true,
    registration: {
      metadata: metadataOf(asked, settled),
      sector,
      firstParty: asked.firstParty ?? false,
      needsSecret: settled.authMethod.startsWith('client_secret'),
    },
  }
}

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
