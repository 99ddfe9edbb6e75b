import type { JWK } from 'jose'

/** FranceConnect has rules of its own, kept to the letter; `oidc` is any other OpenID provider. */
export type UpstreamKind = 'franceconnect' | 'franceconnect+' | 'oidc'

export type UpstreamAuth =
  | { readonly method: 'client_secret_post'; readonly secret: string }
  /** A private key, its public half registered with the upstream. */
  | { readonly method: 'private_key_jwt'; readonly key: JWK }

/** An upstream provider, as the operator describes it. */
export type Upstream = {
  /** Stands in paths: lower-case letters, digits and hyphens, 32 at most. */
  readonly id: string
  readonly kind: UpstreamKind
  readonly issuer: string
  readonly clientId: string
  readonly auth: UpstreamAuth
  /** Private keys that the upstream encrypts to; their public halves are published. */
  readonly decryptionKeys: readonly JWK[]
  /** Levels of assurance that it vouches for, the lowest first. */
  readonly acr: readonly string[]
  readonly scopes: readonly string[]
  /** What its claims mean: FranceConnect's name of a claim, then theirs. */
  readonly claims: { readonly [name: string]: string }
  /** Its name, on buttons and in mails. */
  readonly label: { readonly fr: string; readonly en: string }
  /** FranceConnect sends amr to those whom it has authorised to ask. */
  readonly askAmr: boolean
  /** Its session is ended as soon as the identity is read. */
  readonly endSessionAtOnce: boolean
}

export const isFranceConnect = ({ kind }: Pick<Upstream, 'kind'>): boolean => kind !== 'oidc'
