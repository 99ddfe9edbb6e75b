import { allowInsecureRequests, type CustomFetch, customFetch, discovery, type ServerMetadata } from 'openid-client'
import { UpstreamAway } from './fetching.ts'
import { isFranceConnect, type Upstream } from './upstream.ts'

/** What an upstream says of itself; undefined while it is away. */
export type Discover = () => Promise<ServerMetadata | undefined>

const KEPT_MS = 3_600_000
/** An upstream that is away is not asked at each click. */
const AWAY_MS = 5_000

/** Signatures that are taken from anybody; the library takes none that is unsigned or made with a secret. */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA']
const FRANCE_CONNECT_ALGORITHMS = ['ES256', 'RS256']

const narrowed = (upstream: Upstream, metadata: ServerMetadata): ServerMetadata => {
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

/** Asked lazily, one flight at a time, and kept for an hour; the issuer must name itself exactly. */
export const makeDiscover = ({
  upstream,
  fetch,
  clock,
  onFault,
}: {
  readonly upstream: Upstream
  readonly fetch: CustomFetch
  readonly clock: () => Date
  readonly onFault: (code: string) => void
}): Discover => {
  const { issuer, clientId } = upstream
  let known: { readonly metadata: ServerMetadata | undefined; readonly until: number } | undefined
  let flight: Promise<ServerMetadata | undefined> | undefined

  const ask = async (): Promise<ServerMetadata | undefined> => {
    try {
      const found = await discovery(new URL(issuer), clientId, undefined, undefined, {
        [customFetch]: fetch,
        execute: isPlain(issuer) ? [allowInsecureRequests] : [],
      })
      // the library compares issuers as addresses, where a slash at the end is nothing
      const metadata = { ...found.serverMetadata() }
      if (metadata.issuer !== issuer) throw new UpstreamAway('another issuer')
      return narrowed(upstream, metadata)
    } catch (fault) {
      onFault(fault instanceof UpstreamAway ? fault.message : 'discovery')
      return undefined
    }
  }

  const refresh = async (): Promise<ServerMetadata | undefined> => {
    const metadata = await ask()
    known = { metadata, until: clock().getTime() + (metadata ? KEPT_MS : AWAY_MS) }
    flight = undefined
    return metadata
  }

  return () => {
    if (known && clock().getTime() < known.until) return Promise.resolve(known.metadata)
    flight ??= refresh()
    return flight
  }
}
