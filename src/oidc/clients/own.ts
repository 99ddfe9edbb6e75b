import { OWN_SERVICE_ID } from '../../services/services.ts'
import type { ServiceRecord } from '../../stores/contracts.ts'
import type { OwnSignIn } from '../contracts.ts'

export const OWN_RETURN_PATH = '/connexion/retour'

/** Guichet as a service of itself: signing in without coming from a service is an authorisation that hands nothing over. */
export const ownService = (issuer: string, name: string, now: Date): ServiceRecord => ({
  id: OWN_SERVICE_ID,
  version: 1,
  status: 'active',
  firstParty: true,
  metadata: {
    client_name: name,
    client_uri: `${issuer}/`,
    redirect_uris: [`${issuer}${OWN_RETURN_PATH}`],
    application_type: 'web',
    scope: 'openid',
    token_endpoint_auth_method: 'none',
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'ES256',
    response_types: ['none'],
    grant_types: [],
    require_pkce: false,
  },
  sector: new URL(issuer).host,
  secrets: [],
  createdAt: now,
  updatedAt: now,
})

/** Relative to the issuer. */
export const ownSignInPath = (issuer: string, to: OwnSignIn = {}): string => {
  const query = new URLSearchParams({
    client_id: OWN_SERVICE_ID,
    response_type: 'none',
    redirect_uri: `${issuer}${OWN_RETURN_PATH}`,
    scope: 'openid',
    ...(to.upstream ? { idp_hint: to.upstream } : {}),
    ...(to.next ? { state: to.next } : {}),
    ...(to.again ? { prompt: 'login' } : {}),
  })
  return `/authorize?${query}`
}
