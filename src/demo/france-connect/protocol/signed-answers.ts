import { randomBytes, randomUUID } from 'node:crypto'
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { type FranceConnectClient, signingAlgOf } from '../clients.ts'
import { type Faults, spoils } from '../faults.ts'
import { type Given, lifetimes } from '../memory.ts'
import { claimsFor, subjectOf } from './claims.ts'
import type { Keys } from './keys.ts'

const lowerAcr: Readonly<Record<string, string>> = { eidas1: 'eidas0', eidas2: 'eidas1', eidas3: 'eidas2' }

type Told = { readonly issuer: string; readonly given: Given; readonly now: number; readonly faults: Faults }

/** `now` is in seconds. */
export const idTokenClaims = ({ issuer, given, now, faults }: Told): JWTPayload => {
  const { request, person, authTime } = given
  const at = faults.expiredIdToken ? now - 3_600 : now
  const claims: JWTPayload = {
    iss: faults.wrongIss ? 'https://another-issuer.example' : issuer,
    sub: subjectOf(person.claims, request.client.id),
    aud: faults.wrongAud ? 'another-client' : request.client.id,
    exp: at + lifetimes.idToken,
    iat: at,
    auth_time: authTime,
    nonce: faults.wrongNonce ? randomBytes(24).toString('base64url') : request.nonce,
    acr: faults.wrongAcr ? lowerAcr[request.acr] : request.acr,
    ...(request.amrAsked && request.client.amrAuthorised ? { amr: ['pwd'] } : {}),
  }
  return faults.alterIdToken?.(claims) ?? claims
}

export const userinfoClaims = ({ issuer, given, now, faults }: Told): JWTPayload => {
  const { request, person } = given
  const sub = subjectOf(person.claims, faults.userinfoOtherSub ? randomUUID() : request.client.id)
  const claims: JWTPayload = {
    sub,
    ...claimsFor(person.claims, request.scopes),
    iss: issuer,
    aud: request.client.id,
    iat: now,
    exp: now + lifetimes.accessToken,
  }
  const left = Object.fromEntries(Object.entries(claims).filter(([name]) => !faults.missingClaims?.includes(name)))
  return faults.alterUserinfo?.(left) ?? left
}

/** Signed for this client, or as badly as asked. */
export const signed = async (
  claims: JWTPayload,
  what: 'idToken' | 'userinfo',
  { keys, client, faults }: { readonly keys: Keys; readonly client: FranceConnectClient; readonly faults: Faults },
): Promise<string> => {
  if (spoils(faults.algNone, what)) return new UnsecuredJWT(claims).encode()
  const alg = signingAlgOf(client)
  const current = await keys.current(alg)
  const bad = spoils(faults.wrongKey, what) || spoils(faults.unknownKey, what)
  const key = bad ? await keys.stranger(alg) : current
  const kid = spoils(faults.wrongKey, what) ? current.kid : key.kid
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key.privateKey)
}
