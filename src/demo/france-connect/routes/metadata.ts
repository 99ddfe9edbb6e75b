import type Router from '@koa/router'
import { acrsOf } from '../protocol/authorisation-request.ts'
import { claimsOfScope } from '../protocol/claims.ts'
import { suffer } from './back-channel.ts'
import type { RouteNeeds } from './needs.ts'

const encryption = {
  id_token_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES'],
  id_token_encryption_enc_values_supported: ['A256GCM'],
  userinfo_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES'],
  userinfo_encryption_enc_values_supported: ['A256GCM'],
}

/** What FranceConnect's own document says, down to S256, which its /authorize refuses. */
const discoveryDocument = ({ issuer, kind }: RouteNeeds) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/jwks`,
  end_session_endpoint: `${issuer}/session/end`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['pairwise'],
  scopes_supported: Object.keys(claimsOfScope),
  claims_supported: [...new Set(['sub', 'iss', 'acr', 'amr', 'auth_time', ...Object.values(claimsOfScope).flat()])],
  acr_values_supported: acrsOf[kind],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256'],
  id_token_signing_alg_values_supported: ['ES256', 'RS256'],
  userinfo_signing_alg_values_supported: ['ES256', 'RS256'],
  ...(kind === 'franceconnect+' ? encryption : {}),
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  claims_parameter_supported: true,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
})

export const metadataRoutes = (router: Router, needs: RouteNeeds): void => {
  const { path, keys } = needs

  router.get(`${path}/.well-known/openid-configuration`, async ctx => {
    const faults = needs.faults()
    if (!(await suffer(ctx, needs, faults, 'discovery'))) return
    if (faults.discoveryDown) ctx.throw(503)
    ctx.body = discoveryDocument(needs)
  })

  router.get(`${path}/jwks`, async ctx => {
    const faults = needs.faults()
    if (!(await suffer(ctx, needs, faults, 'jwks'))) return
    if (faults.jwksDown) ctx.throw(503)
    ctx.body = await keys.published()
  })
}
