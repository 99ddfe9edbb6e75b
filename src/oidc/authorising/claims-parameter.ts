/** The `claims` parameter asks for claims one by one: never for one that no scope of the request carries. */
import { type ClaimsParameter, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { claimsCarriedBy, PROTOCOL_CLAIMS } from '../people/scopes.ts'

const isMember = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && value !== null && !Array.isArray(value))

const keep = (asked: object, carried: ReadonlySet<string>): object =>
  Object.fromEntries(Object.entries(asked).filter(([name]) => carried.has(name) || PROTOCOL_CLAIMS.has(name)))

/** What is not carried is left out in silence: a claim that is not given is how OpenID Connect says no. */
export const holdClaimsToScopes = (ctx: KoaContextWithOIDC, claims: ClaimsParameter): void => {
  const { params, requestParamScopes } = ctx.oidc
  if (!params) return
  const carried = claimsCarriedBy(requestParamScopes)
  const held: { [container: string]: object } = {}
  for (const container of ['userinfo', 'id_token'] as const) {
    const asked = claims[container]
    if (asked === undefined) continue
    if (!Object.values(asked).every(isMember)) {
      throw new errors.InvalidRequest(`claims.${container} members must be null or objects`)
    }
    held[container] = keep(asked, carried)
  }
  params.claims = JSON.stringify(held)
}
