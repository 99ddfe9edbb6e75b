/** What comes of a way to an upstream and back: one list, in codes that logs and audits may hold. */

import type { AuditEvents } from '../audit/events.ts'

/** What must be kept until the person comes back: single use, bound to their browser and to their request. Plain JSON. */
export type Flight = {
  readonly upstream: string
  readonly state: string
  readonly nonce: string
  readonly verifier?: string
  /** The level asked for: a lower one is refused. */
  readonly acr?: string
  /** The person was asked to show again who they are. */
  readonly prompt?: 'login'
  readonly askedAt: number
}

export type Begun =
  | { readonly kind: 'begun'; readonly url: string; readonly flight: Flight }
  | { readonly kind: 'unavailable' }

/** Who was vouched for, every signature and every bound verified. */
export type Brought = {
  readonly upstream: string
  readonly issuer: string
  readonly sub: string
  readonly acr: string
  readonly amr: readonly string[]
  /** In FranceConnect's names. */
  readonly claims: { readonly [name: string]: unknown }
  /** Kept to end the upstream's session, which asks for it. */
  readonly idToken: string
  readonly at: Date
}

/** Errors of the protocol that an upstream may answer with; any other is « unknown », since it may hold anything. */
export const protocolErrors = [
  'access_denied',
  'account_selection_required',
  'consent_required',
  'insufficient_scope',
  'interaction_required',
  'invalid_acr',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'login_required',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unmet_authentication_requirements',
  'unsupported_grant_type',
  'unsupported_response_type',
] as const

/** Why nobody was vouched for. */
export type Away =
  | (typeof protocolErrors)[number]
  | 'unknown'
  /** Never answered, in time or at all, or without end. */
  | 'timeout'
  | 'unreachable'
  | 'tooLarge'
  /** What it says of itself is not to be had, or names another issuer, or addresses where nobody can be sent. */
  | 'discovery'
  | 'issuer'
  | 'endpoints'
  /** Its keys are not to be had. */
  | 'keys'
  /** Userinfo does not take the token that was just given. */
  | 'tokenRefused'
  /** An answer that is none of the protocol's: a page of a proxy, a redirect. */
  | 'notConform'

/** A code of the audit's catalogue. */
export type Unverified = Exclude<AuditEvents['identity.unverified']['why'], 'claims'>

export type Finished =
  | { readonly kind: 'identified'; readonly brought: Brought }
  /** The person gave up, or the upstream could not confirm who they are. */
  | { readonly kind: 'refused' }
  /** Nobody was vouched for. `retry`: another time; else it is this site that is misconfigured. */
  | { readonly kind: 'unavailable'; readonly retry: boolean; readonly why: Away }
  /** What came back is not to be trusted. */
  | { readonly kind: 'unverified'; readonly why: Unverified }
