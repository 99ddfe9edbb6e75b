import { decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { makeBoundedMap } from './bounded-map.ts'

export type LogoutTokenOutcome =
  | { readonly kind: 'accepted'; readonly sid: string | undefined; readonly sub: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string }

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519']
const maxAgeSeconds = 300

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** What the specification asks beside the signature, issuer, audience and age; undefined when all is as it should be. */
const faultOf = (payload: JWTPayload): string | undefined => {
  const { events } = payload
  if (typeof events !== 'object' || events === null || !(logoutEvent in events)) return 'not a logout event'
  if ('nonce' in payload) return 'a logout token has no nonce'
  if (text(payload.jti) === undefined) return 'no jti'
  if (text(payload.sid) === undefined && text(payload.sub) === undefined) return 'neither sid nor sub'
  return undefined
}

/** Verifies logout tokens as OpenID Connect Back-Channel Logout 1.0, section 2.6, says. A token is accepted once. */
export const makeLogoutTokens = ({ issuer, clientId }: { readonly issuer: string; readonly clientId: string }) => {
  const seen = makeBoundedMap<true>(10_000, 2 * maxAgeSeconds * 1000)

  return async (token: string, keys: JWTVerifyGetKey): Promise<LogoutTokenOutcome> => {
    let payload: JWTPayload
    try {
      const { typ } = decodeProtectedHeader(token)
      if (typ !== undefined && !/^(application\/)?(logout\+)?jwt$/i.test(typ))
        return { kind: 'refused', reason: 'wrong typ' }
      const checks = { issuer, audience: clientId, algorithms, maxTokenAge: maxAgeSeconds, clockTolerance: 15 }
      payload = (await jwtVerify(token, keys, checks)).payload
    } catch (fault) {
      return { kind: 'refused', reason: fault instanceof Error ? fault.message : 'not a token' }
    }
    const fault = faultOf(payload)
    if (fault !== undefined) return { kind: 'refused', reason: fault }
    const jti = text(payload.jti) ?? ''
    if (seen.get(jti)) return { kind: 'refused', reason: 'already used' }
    seen.set(jti, true)
    return { kind: 'accepted', sid: text(payload.sid), sub: text(payload.sub) }
  }
}
