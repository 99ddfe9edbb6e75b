import type { Configuration } from 'oidc-provider'
import type { Lifetimes } from '../needs.ts'

/** A public client's refresh token rotates within the life of the first one: a stolen chain does not live for ever. */
const refreshTokenLife =
  (seconds: number): NonNullable<Configuration['ttl']>['RefreshToken'] =>
  (ctx, token, client) => {
    const rotated = ctx?.oidc?.entities.RotatedRefreshToken
    if (!rotated || client.clientAuthMethod !== 'none' || token.isSenderConstrained()) return seconds
    return Math.max(1, rotated.remainingTTL)
  }

export const lifetimesOf = (lifetimes: Lifetimes): NonNullable<Configuration['ttl']> => ({
  AccessToken: lifetimes.accessToken,
  AuthorizationCode: lifetimes.authorizationCode,
  ClientCredentials: lifetimes.clientCredentials,
  Grant: lifetimes.refreshToken,
  IdToken: lifetimes.idToken,
  Interaction: lifetimes.interaction,
  RefreshToken: refreshTokenLife(lifetimes.refreshToken),
  Session: lifetimes.sessionIdle,
})
