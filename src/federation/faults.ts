/** What went wrong, as the libraries tell it, in our own words: never a token, nor anything that a person typed. */
import { errors as joseErrors } from 'jose'
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { UpstreamAway } from './fetching.ts'
import { type Away, type Finished, protocolErrors, type Unverified } from './outcomes.ts'

const PASSING: ReadonlySet<Away> = new Set(['server_error', 'temporarily_unavailable'])

/** The protocol's own errors alone are told: anything else, a description above all, may hold anything. */
const errorOf = (said: unknown): Away => protocolErrors.find(one => one === said) ?? 'unknown'

/** A value found wrong by this folder's own checks. */
export class NotTrusted extends Error {
  override readonly name = 'NotTrusted'
  readonly why: Unverified
  constructor(why: Unverified) {
    super(why)
    this.why = why
  }
}

const causes = function* (fault: unknown): Generator<unknown> {
  for (let at = fault, depth = 0; at !== undefined && depth < 8; depth += 1) {
    yield at
    at = at instanceof Error ? at.cause : undefined
  }
}

/** Why an upstream did not answer; undefined when it did. */
export const awayCode = (fault: unknown): Away | undefined => {
  for (const cause of causes(fault)) if (cause instanceof UpstreamAway) return cause.why
  return undefined
}

const BY_CLAIM: { readonly [claim: string]: Unverified } = {
  iss: 'iss',
  aud: 'aud',
  azp: 'aud',
  nonce: 'nonce',
  sub: 'sub',
  exp: 'time',
  iat: 'time',
  nbf: 'time',
  auth_time: 'time',
}

const claimOf = (fault: unknown): string | undefined => {
  for (const cause of causes(fault)) {
    if (typeof cause !== 'object' || cause === null || cause instanceof Error) continue
    const { claim, attribute } = cause as { readonly claim?: unknown; readonly attribute?: unknown }
    const named = claim ?? attribute
    if (typeof named === 'string') return named
  }
  return undefined
}

const messages = (fault: unknown): string =>
  [...causes(fault)].map(cause => (cause instanceof Error ? cause.message : '')).join(' ')

/** A signature that did not verify may be of a key that is newer than those known. */
export const isOfKeys = (fault: unknown): boolean => {
  if (!(fault instanceof ClientError)) return false
  if (fault.code === 'OAUTH_KEY_SELECTION_FAILED') return true
  return /signature verification failed|no applicable keys|error when selecting a JWT verification key/i.test(
    messages(fault),
  )
}

const unverifiedOf = (fault: ClientError): Unverified => {
  if (isOfKeys(fault)) return 'signature'
  switch (fault.code) {
    case 'OAUTH_DECRYPTION_FAILED':
      return 'encryption'
    case 'OAUTH_JWT_USERINFO_EXPECTED':
      return 'unsignedUserinfo'
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'time'
    default: {
      const claim = claimOf(fault)
      if (claim && Object.hasOwn(BY_CLAIM, claim)) return BY_CLAIM[claim] ?? 'malformed'
      const text = messages(fault)
      const named = /"(iss|state|nonce|aud|sub|exp|iat)"/.exec(text)?.[1]
      if (named === 'state') return 'state'
      if (named) return BY_CLAIM[named] ?? 'malformed'
      return /"?alg"?|signature/i.test(text) ? 'signature' : 'malformed'
    }
  }
}

export type ErrorLog = (details: { readonly [name: string]: string }) => void

const REFERENCE = /^[A-Za-z0-9_.-]{1,64}$/
const referenceOf = (text: string | null): string => (text !== null && REFERENCE.test(text) ? text : 'unknown')

/** FranceConnect's support asks for the code and the id of its error_uri. */
const support = (errorUri: unknown): { readonly [name: string]: string } => {
  const query = typeof errorUri === 'string' && URL.canParse(errorUri) ? new URL(errorUri).searchParams : undefined
  if (!query) return {}
  return { upstreamCode: referenceOf(query.get('code')), upstreamId: referenceOf(query.get('id')) }
}

/** What there is to log of an answer that the library did not read: those of 500 and above, whatever they say. */
const answered = async (answer: unknown): Promise<{ readonly [name: string]: string }> => {
  if (!(answer instanceof Response)) return {}
  const body = (await answer.json().catch(() => null)) as { readonly error_uri?: unknown } | null
  return { status: String(answer.status), ...support(body?.error_uri) }
}

/** The outcome of a fault on the way back; what is nobody's but ours is thrown again. */
export const outcomeOf = async (fault: unknown, log: ErrorLog): Promise<Finished> => {
  const away = awayCode(fault)
  if (away !== undefined) {
    log({ why: away })
    return { kind: 'unavailable', retry: true, why: away }
  }
  if (fault instanceof NotTrusted) {
    log({ why: fault.why })
    return { kind: 'unverified', why: fault.why }
  }
  if (fault instanceof AuthorizationResponseError) {
    const why = errorOf(fault.error)
    log({ why })
    return why === 'access_denied' ? { kind: 'refused' } : { kind: 'unavailable', retry: PASSING.has(why), why }
  }
  if (fault instanceof ResponseBodyError) {
    const why = errorOf(fault.error)
    const body = fault.cause as { readonly error_uri?: unknown }
    log({ why, status: String(fault.status), ...support(body.error_uri) })
    // a code that was used, or is too old: the person begins again
    return { kind: 'unavailable', retry: PASSING.has(why) || why === 'invalid_grant', why }
  }
  if (fault instanceof WWWAuthenticateChallengeError) {
    log({ why: 'tokenRefused', status: String(fault.status) })
    return { kind: 'unavailable', retry: true, why: 'tokenRefused' }
  }
  if (fault instanceof joseErrors.JOSEError) {
    log({ why: 'signature' })
    return { kind: 'unverified', why: 'signature' }
  }
  if (!(fault instanceof ClientError)) throw fault
  // an answer that is no answer of the protocol's: a page of a proxy, an error of the server
  if (fault.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || fault.code === 'OAUTH_RESPONSE_IS_NOT_JSON') {
    log({ why: 'notConform', ...(await answered(fault.cause)) })
    return { kind: 'unavailable', retry: true, why: 'notConform' }
  }
  const why = unverifiedOf(fault)
  log({ why })
  return { kind: 'unverified', why }
}
