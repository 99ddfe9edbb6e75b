/** What oidc/ is given to work with. */
import type { JWK } from 'oidc-provider'
import type { Audit } from '../audit/log.ts'
import type { Log } from '../operations/log.ts'
import type { Envelope, Vault } from '../protection/vault.ts'
import type { Stores } from '../stores/contracts.ts'
import type { ProtocolPages } from './contracts.ts'

/** Seconds. */
export type Lifetimes = {
  readonly accessToken: number
  readonly clientCredentials: number
  readonly authorizationCode: number
  readonly idToken: number
  /** From its last rotation; the grant that it comes from too. */
  readonly refreshToken: number
  readonly interaction: number
  /** 60 at most. */
  readonly pushedRequest: number
  /** A session ends after this long without activity. */
  readonly sessionIdle: number
  /** And this long after the sign-in, whatever happens. */
  readonly sessionAbsolute: number
  /** Inactivity after which the person is asked whether to go on with this account. */
  readonly confirmAfter: number
  /** How long a logout that cannot be delivered is tried. */
  readonly logoutDelivery: number
}

export const defaultLifetimes: Lifetimes = {
  accessToken: 600,
  clientCredentials: 600,
  authorizationCode: 60,
  idToken: 600,
  refreshToken: 14 * 24 * 3600,
  interaction: 3600,
  pushedRequest: 60,
  sessionIdle: 1800,
  sessionAbsolute: 8 * 3600,
  confirmAfter: 300,
  logoutDelivery: 24 * 3600,
}

export type SigningKeys = {
  /** Private JWKs (EC P-256, RSA): the first of each algorithm signs, all are published. */
  readonly signing: readonly JWK[]
  /** The first signs cookies, all verify. */
  readonly cookies: readonly string[]
}

export type OidcNeeds = {
  readonly issuer: string
  /** Shown as the name of Guichet's own service. */
  readonly name: string
  readonly stores: Pick<Stores, 'accounts' | 'artefacts' | 'services' | 'consents' | 'jobs'>
  readonly envelope: Pick<Envelope, 'open'>
  readonly vault: Vault
  /** `pairwise` makes each sector's subjects: it never rotates. */
  readonly keys: SigningKeys & { readonly pairwise: string }
  readonly pages: ProtocolPages
  readonly audit: Audit
  readonly clock: () => Date
  readonly log: Pick<Log, 'debug' | 'info' | 'error'>
  /** Accounts that accepted another version are asked for this one. */
  /** Levels of assurance that can be reached: our own, and those that an upstream vouches for. */
  readonly acrs: readonly string[]
  readonly currentTerms: { readonly version: string }
  readonly lifetimes: Lifetimes
  /** After a rotation the same client's retry gets the very same tokens for this long; 0 (never) to 10. */
  readonly refreshGraceSeconds: number
  /** Lets services be fetched (JWKS, back-channel logout) on loopback addresses: development alone. */
  readonly allowLoopbackFetch: boolean
  readonly fetch?: typeof globalThis.fetch
}
