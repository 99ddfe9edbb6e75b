/** A code for an identity: redeemed at once, and every signature and claim verified before anything is believed. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  type ClientAuth,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clockSkew,
  clockTolerance,
  customFetch,
  enableDecryptingResponses,
  enableNonRepudiationChecks,
  fetchUserInfo,
  getDecryptedResponses,
  type IDToken,
  PrivateKeyJwt,
} from 'openid-client'
import { isPlain, type Upstreamed } from './discovering.ts'
import { isOfKeys, NotTrusted } from './faults.ts'
import { recording } from './fetching.ts'
import { makeKeySet } from './key-set.ts'
import { decryptionKey, signingKey } from './keys.ts'
import { levelReached } from './levels.ts'
import type { Flight } from './outcomes.ts'
import { isFranceConnect, type Upstream } from './upstream.ts'

/** Clocks differ: seconds by which a token may be early or late. */
const TOLERANCE_SECONDS = 30
/** What answers may be encrypted by; FranceConnect+ has one. */
const CONTENT_ENCRYPTIONS = ['A256GCM', 'A128GCM', 'A128CBC-HS256', 'A256CBC-HS512']
const FRANCE_CONNECT_ENCRYPTIONS = ['A256GCM']

export type Exchanged = {
  readonly sub: string
  readonly acr: string
  readonly amr: readonly string[]
  readonly claims: { readonly [name: string]: unknown }
  readonly idToken: string
}

export type Exchange = (metadata: Upstreamed, callback: URL, flight: Flight) => Promise<Exchanged>

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string' && one.length <= 32).slice(0, 8) : []

export const makeExchange = ({
  upstream,
  fetch,
  clock,
}: {
  readonly upstream: Upstream
  readonly fetch: CustomFetch
  readonly clock: () => Date
}): Exchange => {
  const { auth, clientId, issuer } = upstream
  const strict = isFranceConnect(upstream)
  const mustEncrypt = upstream.kind === 'franceconnect+'
  const keySet = makeKeySet({ fetch, clock })

  const authOf = async (): Promise<ClientAuth> =>
    auth.method === 'client_secret_post' ? ClientSecretPost(auth.secret) : PrivateKeyJwt(await signingKey(auth.key))

  const configured = async (metadata: Upstreamed, through: CustomFetch): Promise<Configuration> => {
    const skew = Math.round((clock().getTime() - Date.now()) / 1000)
    const client = { [clockSkew]: skew, [clockTolerance]: TOLERANCE_SECONDS }
    const configuration = new Configuration(metadata, clientId, client, await authOf())
    configuration[customFetch] = (url, options) =>
      url === metadata.jwks_uri ? keySet.fetch(url, options) : through(url, options)
    if (isPlain(issuer)) allowInsecureRequests(configuration)
    // what is signed is verified, though it came by a connection of ours
    enableNonRepudiationChecks(configuration)
    if (upstream.decryptionKeys.length > 0) {
      const decrypting = await Promise.all(upstream.decryptionKeys.map(decryptionKey))
      enableDecryptingResponses(configuration, strict ? FRANCE_CONNECT_ENCRYPTIONS : CONTENT_ENCRYPTIONS, ...decrypting)
    }
    return configuration
  }

  /** What the library leaves to whoever calls it. */
  const checkToken = ({ sub, azp, auth_time: authTime }: IDToken, flight: Flight): void => {
    if (sub === '') throw new NotTrusted('sub')
    if (azp !== undefined && azp !== clientId) throw new NotTrusted('aud')
    const stale = authTime !== undefined && authTime + TOLERANCE_SECONDS < Math.floor(flight.askedAt / 1000)
    // whoever takes prompt=login out of the address comes back with the session that they had
    if (flight.prompt === 'login' && stale) throw new NotTrusted('time')
  }

  const verify = async (configuration: Configuration, callback: URL, flight: Flight) => {
    const tokens = await authorizationCodeGrant(configuration, callback, {
      expectedState: flight.state,
      expectedNonce: flight.nonce,
      idTokenExpected: true,
      ...(flight.verifier ? { pkceCodeVerifier: flight.verifier } : {}),
    })
    const told = tokens.claims()
    if (!told || !tokens.id_token) throw new NotTrusted('malformed')
    checkToken(told, flight)
    const opened = getDecryptedResponses(tokens)?.id_token?.token_endpoint
    if (mustEncrypt && opened === undefined) throw new NotTrusted('encryption')
    const claims = await fetchUserInfo(configuration, tokens.access_token, told.sub)
    if (mustEncrypt && getDecryptedResponses(claims) === undefined) throw new NotTrusted('encryption')
    // its issuer reads it again when the session is ended, and has no key to what was encrypted to us
    return { told, idToken: opened ?? tokens.id_token, claims }
  }

  return async (metadata, callback, flight) => {
    const { token_endpoint: token, userinfo_endpoint: userinfo } = metadata
    const recorder = recording(fetch, { token, userinfo })
    const verified = await verify(await configured(metadata, recorder.fetch), callback, flight).catch(
      async (fault: unknown) => {
        if (!isOfKeys(fault)) throw fault
        // keys may have changed: the same answers once more, with fresh ones; the code is not redeemed again
        keySet.renew()
        return verify(await configured(metadata, recorder.replay()), callback, flight)
      },
    )
    if (strict && recorder.typeOf(userinfo) !== 'application/jwt') throw new NotTrusted('unsignedUserinfo')
    const { told, idToken, claims } = verified
    const acr = levelReached(upstream.acr, told.acr, flight.acr)
    if (acr === undefined) throw new NotTrusted('acr')
    return { sub: told.sub, acr, amr: strings(told.amr), claims: { ...claims }, idToken }
  }
}
