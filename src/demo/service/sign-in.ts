import { decodeProtectedHeader } from 'jose'
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  type JsonObject,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type TokenEndpointResponse,
} from 'openid-client'
import { makeBoundedMap } from './bounded-map.ts'
import { sampleScope } from './metadata.ts'
import type { Provider } from './provider.ts'
import type { SignedIn } from './sessions.ts'

type Attempt = { readonly browser: string; readonly nonce: string; readonly verifier: string }

export type CallbackOutcome =
  | { readonly kind: 'signedIn'; readonly session: SignedIn }
  | { readonly kind: 'unknownAttempt' }
  | { readonly kind: 'declined'; readonly error: string }

export type SignInRequest = {
  readonly browser: string
  readonly redirectUri: string
  readonly language: string
  readonly extra: Readonly<Record<string, string>>
}

/** Long enough to fetch an activation mail meanwhile. */
const oneDay = 24 * 60 * 60 * 1000

/** The value as it came over the wire. */
export const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject

export const idTokenParts = (
  idToken: string,
  claims: object,
): Pick<SignedIn, 'idToken' | 'idTokenHeader' | 'idTokenClaims'> => ({
  idToken,
  idTokenHeader: asJson(decodeProtectedHeader(idToken)),
  idTokenClaims: asJson(claims),
})

export const accessTokenParts = (
  tokens: TokenEndpointResponse,
): Pick<SignedIn, 'accessToken' | 'accessTokenUntil'> => ({
  accessToken: tokens.access_token,
  accessTokenUntil: tokens.expires_in === undefined ? undefined : new Date(Date.now() + tokens.expires_in * 1000),
})

/** Sign-ins under way: each has its own state, nonce and PKCE verifier, bound to the browser that began it. */
export const makeSignIns = () => {
  const attempts = makeBoundedMap<Attempt>(1_000, oneDay)

  /** The address to send the browser to. */
  const begin = async ({ configuration }: Provider, request: SignInRequest): Promise<URL> => {
    const state = randomState()
    const attempt: Attempt = { browser: request.browser, nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    attempts.set(state, attempt)
    return buildAuthorizationUrl(configuration, {
      ...request.extra,
      redirect_uri: request.redirectUri,
      scope: sampleScope,
      state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      ui_locales: request.language,
    })
  }

  /** What the provider's answer means. An answer that this browser did not ask for is not looked at. */
  const finish = async ({ configuration }: Provider, answer: URL, browser: string): Promise<CallbackOutcome> => {
    const state = answer.searchParams.get('state') ?? ''
    if (attempts.get(state)?.browser !== browser) return { kind: 'unknownAttempt' }
    const attempt = attempts.take(state)
    if (attempt === undefined) return { kind: 'unknownAttempt' }
    try {
      const checks = {
        expectedState: state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.verifier,
        idTokenExpected: true,
      }
      const tokens = await authorizationCodeGrant(configuration, answer, checks)
      const claims = tokens.claims()
      if (claims === undefined || tokens.id_token === undefined) throw new Error('the token endpoint gave no ID token')
      const userinfo = asJson(await fetchUserInfo(configuration, tokens.access_token, claims.sub))
      const sid = typeof claims.sid === 'string' ? claims.sid : undefined
      return {
        kind: 'signedIn',
        session: {
          kind: 'signedIn',
          sub: claims.sub,
          sid,
          ...idTokenParts(tokens.id_token, claims),
          ...accessTokenParts(tokens),
          refreshToken: tokens.refresh_token,
          scopes: (tokens.scope ?? sampleScope).split(' '),
          userinfo,
          userinfoAt: new Date(),
          refreshedTimes: 0,
        },
      }
    } catch (fault) {
      if (fault instanceof AuthorizationResponseError) return { kind: 'declined', error: fault.error }
      throw fault
    }
  }

  return { begin, finish }
}
