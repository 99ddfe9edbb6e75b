import { fetchUserInfo, ResponseBodyError, refreshTokenGrant, WWWAuthenticateChallengeError } from 'openid-client'
import type { Provider } from './provider.ts'
import type { NoticeCode, Sessions, SignedIn } from './sessions.ts'
import { accessTokenParts, asJson, idTokenParts } from './sign-in.ts'

type Changes = (session: SignedIn) => SignedIn

const refreshed = async ({ configuration }: Provider, sub: string, refreshToken: string): Promise<Changes> => {
  const tokens = await refreshTokenGrant(configuration, refreshToken)
  const claims = tokens.claims()
  if (claims !== undefined && claims.sub !== sub) throw new Error('the refreshed ID token is of another person')
  const identity = tokens.id_token === undefined || claims === undefined ? {} : idTokenParts(tokens.id_token, claims)
  return session => ({
    ...session,
    ...identity,
    ...accessTokenParts(tokens),
    refreshToken: tokens.refresh_token ?? refreshToken,
    scopes: tokens.scope?.split(' ') ?? session.scopes,
    refreshedTimes: session.refreshedTimes + 1,
  })
}

/** The two requests that a signed-in service makes without the person: new tokens, and userinfo read again. */
export const makeRenewals = (sessions: Sessions) => {
  // A refresh token offered twice ends its chain: two clicks at once share one request.
  const underWay = new Map<string, Promise<NoticeCode>>()

  const renew = async (provider: Provider, id: string): Promise<NoticeCode> => {
    const session = sessions.get(id)
    if (session?.kind !== 'signedIn' || session.refreshToken === undefined) return 'noRefreshToken'
    try {
      sessions.change(id, await refreshed(provider, session.sub, session.refreshToken))
      return 'refreshed'
    } catch (fault) {
      if (!(fault instanceof ResponseBodyError)) throw fault
      sessions.change(id, now => ({ ...now, refreshToken: undefined }))
      return 'refreshRefused'
    }
  }

  return {
    refresh(provider: Provider, id: string): Promise<NoticeCode> {
      const started = underWay.get(id) ?? renew(provider, id).finally(() => underWay.delete(id))
      underWay.set(id, started)
      return started
    },
    async readUserinfo({ configuration }: Provider, id: string, { accessToken, sub }: SignedIn): Promise<NoticeCode> {
      try {
        const userinfo = asJson(await fetchUserInfo(configuration, accessToken, sub))
        sessions.change(id, now => ({ ...now, userinfo, userinfoAt: new Date() }))
        return 'userinfoRead'
      } catch (fault) {
        if (fault instanceof WWWAuthenticateChallengeError) return 'userinfoRefused'
        throw fault
      }
    },
  }
}
