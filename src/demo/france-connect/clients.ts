import type { JSONWebKeySet } from 'jose'

export type FranceConnectKind = 'franceconnect' | 'franceconnect+'
export type SigningAlg = 'ES256' | 'RS256'

export type ClientAuth =
  | { readonly method: 'client_secret_post'; readonly secret: string }
  /** Without `jwks`, the keys are read at the client's `jwksUri`. */
  | { readonly method: 'private_key_jwt'; readonly jwks?: JSONWebKeySet }

/** A relying party, as FranceConnect's partners register theirs. */
export type FranceConnectClient = {
  readonly id: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly scopes: readonly string[]
  readonly amrAuthorised?: boolean
  readonly auth: ClientAuth
  /** ES256 unless said otherwise; userinfo is signed the same way. */
  readonly idTokenAlg?: SigningAlg
  /** For FranceConnect+: what it encrypts to. Without it, the keys are read at `jwksUri`. */
  readonly encryption?: JSONWebKeySet
  readonly jwksUri?: string
}

export const signingAlgOf = ({ idTokenAlg }: FranceConnectClient): SigningAlg => idTokenAlg ?? 'ES256'
