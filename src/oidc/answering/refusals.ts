/** What the protocol refused or failed at, for who operates it: the reason as the library words it, nothing that was sent. */
import type Provider from 'oidc-provider'
import type { errors, KoaContextWithOIDC } from 'oidc-provider'
import { ambientOf } from '../../operations/ambient.ts'
import { logUnsent } from '../../operations/unsent.ts'
import type { OidcNeeds } from '../needs.ts'

const REFUSALS = [
  'authorization.error',
  'grant.error',
  'userinfo.error',
  'introspection.error',
  'revocation.error',
  'pushed_authorization_request.error',
  'end_session.error',
] as const

/** Answers of everyday life, not mistakes. */
const USUAL = new Set([
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
  'access_denied',
])

const about = (ctx: KoaContextWithOIDC) => ({
  request: ambientOf(ctx.req).requestId,
  route: ctx.oidc.route,
  service: ctx.oidc.client?.clientId,
})

/** The library names the origin that it refuses. */
const reasonOf = (ctx: KoaContextWithOIDC, { error_detail, error_description }: errors.OIDCProviderError) => {
  const origin = ctx.get('Origin')
  const reason = error_detail ?? error_description
  return origin === '' ? reason : reason?.replaceAll(origin, '[origin]')
}

export const logRefusals = (provider: Provider, log: OidcNeeds['log']): void => {
  provider.on('server_error', (ctx: KoaContextWithOIDC, err: Error) => {
    log.error({ err, ...about(ctx) }, 'the protocol failed')
  })
  // Koa's own, which the types leave out; listened to by nobody it would end the process
  provider.on('error' as 'grant.error', logUnsent(log))
  const refused = (ctx: KoaContextWithOIDC, err: errors.OIDCProviderError): void => {
    if (USUAL.has(err.error)) return
    log.info({ error: err.error, reason: reasonOf(ctx, err), ...about(ctx) }, 'the protocol refused')
  }
  for (const event of REFUSALS) provider.on(event as 'grant.error', refused)
}
