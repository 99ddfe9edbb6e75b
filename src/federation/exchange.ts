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
  getJwksCache,
  PrivateKeyJwt,
  type ServerMetadata,
  setJwksCache,
} from 'openid-client'
import { isPlain } from './discovering.ts'
import { isOfKeys, NotTrusted } from './faults.ts'
import { recording } from './fetching.ts'
import { decryptionKey, signingKey } from './keys.ts'
import type { Flight } from './outcomes.ts'
import { isFranceConnect, type Upstream } from './upstream.ts'

/** Clocks differ: seconds by which a token may be early or late. */
const TOLERANCE_SECONDS = 30
const LEVELS = ['eidas1', 'eidas2', 'eidas3']

type Cache = NonNullable<ReturnType<typeof getJwksCache>>

export type Exchanged = {
  readonly sub: string
  readonly acr: string
  readonly amr: readonly string[]
  readonly claims: { readonly [name: string]: unknown }
  readonly idToken: string
}

export type Exchange = (metadata: ServerMetadata, callback: URL, flight: Flight) => Promise<Exchanged>

/** Whether a level is at least the one asked: eIDAS's are in order, others are what they are. */
export const reaches = (acr: string, asked: string): boolean =>
  acr === asked || (LEVELS.includes(asked) && LEVELS.indexOf(acr) >= LEVELS.indexOf(asked))

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
  let keys: Cache | undefined

  const authOf = async (): Promise<ClientAuth> =>
    auth.method === 'client_secret_post' ? ClientSecretPost(auth.secret) : PrivateKeyJwt(await signingKey(auth.key))

  const configured = async (metadata: ServerMetadata, through: CustomFetch, known: Cache | undefined) => {
    const skew = Math.round((clock().getTime() - Date.now()) / 1000)
    const client = { [clockSkew]: skew, [clockTolerance]: TOLERANCE_SECONDS }
    const configuration = new Configuration(metadata, clientId, client, await authOf())
    configuration[customFetch] = through
    if (isPlain(issuer)) allowInsecureRequests(configuration)
    // what is signed is verified, though it came by a connection of ours
    enableNonRepudiationChecks(configuration)
    if (upstream.decryptionKeys.length > 0) {
      const decrypting = await Promise.all(upstream.decryptionKeys.map(decryptionKey))
      enableDecryptingResponses(configuration, ['A256GCM', 'A128GCM', 'A128CBC-HS256', 'A256CBC-HS512'], ...decrypting)
    }
    if (known) setJwksCache(configuration, known)
    return configuration
  }

  const checkLevel = (acr: string | undefined, asked: string | undefined): string => {
    // whoever asks for none gets what is told, and at least the lowest that the operator expects
    const least = asked ?? upstream.acr[0]
    if (acr === undefined || least === undefined) {
      if (strict || acr === undefined) throw new NotTrusted('acr')
      return acr
    }
    if (!reaches(acr, least)) throw new NotTrusted('acr')
    return acr
  }

  const verify = async (configuration: Configuration, callback: URL, flight: Flight) => {
    const tokens = await authorizationCodeGrant(configuration, callback, {
      expectedState: flight.state,
      expectedNonce: flight.nonce,
      idTokenExpected: true,
      ...(flight.verifier ? { pkceCodeVerifier: flight.verifier } : {}),
    })
    const told = tokens.claims()
    const { id_token: idToken, access_token: accessToken } = tokens
    if (!told || !idToken) throw new NotTrusted('malformed')
    const claims = await fetchUserInfo(configuration, accessToken, told.sub)
    return { told, idToken, claims }
  }

  return async (metadata, callback, flight) => {
    const recorder = recording(fetch, [metadata.token_endpoint, metadata.userinfo_endpoint])
    const configuration = await configured(metadata, recorder.fetch, keys)
    const verified = await verify(configuration, callback, flight).catch(async (fault: unknown) => {
      if (!isOfKeys(fault)) throw fault
      // keys may have changed: the same answers once more, with fresh ones; the code is not redeemed again
      const fresh = await configured(metadata, recorder.replay(), undefined)
      const again = await verify(fresh, callback, flight)
      keys = getJwksCache(fresh)
      return again
    })
    keys = getJwksCache(configuration) ?? keys
    if (strict && recorder.typeOf(metadata.userinfo_endpoint) !== 'application/jwt') {
      throw new NotTrusted('unsignedUserinfo')
    }
    const { told, idToken, claims } = verified
    return {
      sub: told.sub,
      acr: checkLevel(typeof told.acr === 'string' ? told.acr : undefined, flight.acr),
      amr: strings(told.amr),
      claims: { ...claims },
      idToken,
    }
  }
}
