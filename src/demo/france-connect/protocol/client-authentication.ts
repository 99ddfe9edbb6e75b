import { createHash, timingSafeEqual } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { BoundedMap } from '../../service/bounded-map.ts'
import type { FranceConnectClient } from '../clients.ts'
import { readJwksUri } from './client-keys.ts'

const bearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const longestAssertion = 300 // seconds

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

export type AuthenticationNeeds = {
  readonly clients: readonly FranceConnectClient[]
  readonly audiences: readonly string[]
  readonly assertions: BoundedMap<true>
  readonly clock: () => number
}

const subjectAsserted = (assertion: string): string | undefined => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const named = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined
    return typeof named === 'string' ? named : undefined
  } catch {
    return undefined
  }
}

const assertionIsRight = async (
  assertion: string,
  client: FranceConnectClient,
  { audiences, assertions, clock }: AuthenticationNeeds,
): Promise<boolean> => {
  if (client.auth.method !== 'private_key_jwt') return false
  const keys = client.auth.jwks ?? (await readJwksUri(client.jwksUri))
  const now = clock()
  const verified = await jwtVerify(assertion, createLocalJWKSet(keys), {
    algorithms: ['ES256', 'RS256'],
    issuer: client.id,
    subject: client.id,
    audience: [...audiences],
    requiredClaims: ['exp', 'jti'],
    currentDate: new Date(now),
    clockTolerance: 5,
  }).catch(() => undefined)
  if (verified === undefined) return false
  const { jti = '', exp = 0 } = verified.payload
  const seen = `${client.id} ${jti}`
  if (exp > now / 1_000 + longestAssertion || assertions.get(seen)) return false
  assertions.set(seen, true)
  return true
}

/** The client whose request this is, proven by the one method that it registered. */
export const authenticate = async (
  form: URLSearchParams,
  needs: AuthenticationNeeds,
): Promise<FranceConnectClient | undefined> => {
  const assertion = form.get('client_assertion')
  const id = form.get('client_id') ?? subjectAsserted(assertion ?? '')
  const client = needs.clients.find(known => known.id === id)
  if (client === undefined) return undefined
  if (client.auth.method === 'client_secret_post') {
    if (assertion !== null || form.has('client_assertion_type')) return undefined
    return same(form.get('client_secret') ?? '', client.auth.secret) ? client : undefined
  }
  if (form.has('client_secret') || form.get('client_assertion_type') !== bearer) return undefined
  return (await assertionIsRight(assertion ?? '', client, needs)) ? client : undefined
}
