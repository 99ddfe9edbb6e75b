/** What an administrator asks for. */
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
