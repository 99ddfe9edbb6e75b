import { allowInsecureRequests, type CustomFetch, customFetch, discovery, type ServerMetadata } from 'openid-client'
import { awayCode } from './faults.ts'
import { UpstreamAway } from './fetching.ts'
import { makeLazily } from './lazily.ts'
import type { Away } from './outcomes.ts'
import { isFranceConnect, type Upstream } from './upstream.ts'

/** What an upstream says of itself, with the addresses that it cannot do without. */
export type Upstreamed = ServerMetadata & {
  readonly [name in 'authorization_endpoint' | 'token_endpoint' | 'userinfo_endpoint' | 'jwks_uri']: string
}

/** Undefined while it is away. */
export type Discover = () => Promise<Upstreamed | undefined>

/** Signatures that are taken from anybody; the library takes none that is unsigned or made with a secret. */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA']
const FRANCE_CONNECT_ALGORITHMS = ['ES256', 'RS256']

const narrowed = (upstream: Upstream, metadata: Upstreamed): Upstreamed => {
  const algorithms = isFranceConnect(upstream) ? FRANCE_CONNECT_ALGORITHMS : ALGORITHMS
  const among = (said: unknown): string[] =>
    Array.isArray(said) ? algorithms.filter(algorithm => said.includes(algorithm)) : ['RS256', 'ES256']
  return {
    ...metadata,
    id_token_signing_alg_values_supported: among(metadata.id_token_signing_alg_values_supported),
    userinfo_signing_alg_values_supported: among(metadata.userinfo_signing_alg_values_supported),
    // RFC 9207: FranceConnect's callback always says whose it is
    ...(isFranceConnect(upstream) ? { authorization_response_iss_parameter_supported: true } : {}),
  }
}

export const isPlain = (address: string): boolean => new URL(address).protocol === 'http:'

const NEEDED = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const

/** As a browser writes it; undefined when nobody can be sent there, or not as safely as to the issuer. */
const addressOf = (said: unknown, issuer: string): string | undefined => {
  const url = typeof said === 'string' ? URL.parse(said) : null
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isPlain(issuer))
  return safe ? url?.href : undefined
}

/** Its addresses checked once, here, and no more where they are used. */
const addressed = (metadata: ServerMetadata): Upstreamed => {
  const [authorization, token, userinfo, jwks] = NEEDED.map(name => addressOf(metadata[name], metadata.issuer))
  if (!authorization || !token || !userinfo || !jwks) throw new UpstreamAway('endpoints')
  const { end_session_endpoint: said, ...rest } = metadata
  const ending = addressOf(said, metadata.issuer)
  return {
    ...rest,
    authorization_endpoint: authorization,
    token_endpoint: token,
    userinfo_endpoint: userinfo,
    jwks_uri: jwks,
    ...(ending ? { end_session_endpoint: ending } : {}),
  }
}

/** The issuer must name itself exactly. */
export const makeDiscover = ({
  upstream,
  fetch,
  clock,
  onFault,
}: {
  readonly upstream: Upstream
  readonly fetch: CustomFetch
  readonly clock: () => Date
  readonly onFault: (code: Away) => void
}): Discover => {
  const { issuer, clientId } = upstream
  const ask = async (): Promise<Upstreamed | undefined> => {
    try {
      const found = await discovery(new URL(issuer), clientId, undefined, undefined, {
        [customFetch]: fetch,
        execute: isPlain(issuer) ? [allowInsecureRequests] : [],
      })
      // the library compares issuers as addresses, where a slash at the end is nothing
      const metadata = { ...found.serverMetadata() }
      if (metadata.issuer !== issuer) throw new UpstreamAway('issuer')
      return narrowed(upstream, addressed(metadata))
    } catch (fault) {
      onFault(awayCode(fault) ?? 'discovery')
      return undefined
    }
  }

  return makeLazily({ ask, isGood: metadata => metadata !== undefined, clock }).get
}
