import { createHash, randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import type { Log } from '../operations/log.ts'
import { type Discover, makeDiscover, type Upstreamed } from './discovering.ts'
import { type Exchange, makeExchange } from './exchange.ts'
import { outcomeOf } from './faults.ts'
import { makeFetch } from './fetching.ts'
import { publicHalf } from './keys.ts'
import type { Begun, Brought, Finished, Flight } from './outcomes.ts'
import { isFranceConnect, type Upstream } from './upstream.ts'

export type { Begun, Brought, Finished, Flight } from './outcomes.ts'

export type BeginOptions = {
  /** The level of assurance wanted; the upstream's lowest by default. */
  readonly acr?: string
  /** The person shows again who they are. */
  readonly prompt?: 'login'
  readonly uiLocales?: string
}

/** Guichet as a relying party of upstream providers. Nothing is asked of one before somebody goes to it. */
export type Federation = {
  begin(id: string, options: BeginOptions): Promise<Begun>
  /** `parameters` are the callback's own, as they came. */
  finish(id: string, parameters: URLSearchParams, flight: Flight): Promise<Finished>
  /** Where the upstream's session is ended; undefined while it is away, or when it offers no such thing. */
  endSessionUrl(id: string, ended: { readonly idToken: string; readonly state: string }): Promise<string | undefined>
  /** The keys that upstreams encrypt to. */
  publicKeys(): { readonly keys: readonly JWK[] }
}

export type FederationNeeds = {
  readonly upstreams: readonly Upstream[]
  readonly callbackUrl: (id: string) => string
  readonly signOutUrl: (id: string) => string
  readonly clock: () => Date
  readonly log: Pick<Log, 'warn'>
  readonly fetch?: typeof globalThis.fetch
  /** For each answer of an upstream. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 5_000

type Member = { readonly upstream: Upstream; readonly discover: Discover; readonly exchange: Exchange }

const secret = (): string => randomBytes(32).toString('base64url')

const AMR_REQUEST = JSON.stringify({ id_token: { amr: { essential: true } } })

/** FranceConnect refuses every parameter that it does not know, this list's alone; PKCE is for the others. */
const parametersOf = (
  upstream: Upstream,
  redirectUri: string,
  flight: Flight,
  { uiLocales }: BeginOptions,
): Readonly<Record<string, string>> => ({
  response_type: 'code',
  client_id: upstream.clientId,
  redirect_uri: redirectUri,
  scope: upstream.scopes.join(' '),
  state: flight.state,
  nonce: flight.nonce,
  ...(flight.acr ? { acr_values: flight.acr } : {}),
  ...(upstream.askAmr ? { claims: AMR_REQUEST } : {}),
  ...(flight.prompt ? { prompt: flight.prompt } : {}),
  ...(uiLocales ? { ui_locales: uiLocales } : {}),
  ...(flight.verifier
    ? {
        code_challenge: createHash('sha256').update(flight.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }
    : {}),
})

/** Their names of claims, in FranceConnect's. */
const inOurNames = ({ claims: names }: Upstream, claims: Brought['claims']): Brought['claims'] => ({
  ...claims,
  ...Object.fromEntries(Object.entries(names).map(([ours, theirs]) => [ours, claims[theirs]])),
})

export const makeFederation = (needs: FederationNeeds): Federation => {
  const { upstreams, callbackUrl, signOutUrl, clock, log, timeoutMs = TIMEOUT_MS } = needs
  const fetch = makeFetch(needs.fetch ?? globalThis.fetch, timeoutMs)
  const warn = (id: string, details: { readonly [name: string]: string }) =>
    log.warn({ upstream: id, ...details }, 'an upstream provider did not answer as it should')

  const members = new Map<string, Member>(
    upstreams.map(upstream => {
      const parts = { upstream, fetch, clock }
      const discover = makeDiscover({ ...parts, onFault: why => warn(upstream.id, { why }) })
      return [upstream.id, { upstream, discover, exchange: makeExchange(parts) }]
    }),
  )
  const member = (id: string): Member => {
    const found = members.get(id)
    if (!found) throw new Error('no such upstream')
    return found
  }

  const finishWith = async (
    { upstream, exchange }: Member,
    metadata: Upstreamed,
    parameters: URLSearchParams,
    flight: Flight,
  ): Promise<Finished> => {
    const { id, issuer } = upstream
    try {
      const { claims, ...exchanged } = await exchange(metadata, new URL(`${callbackUrl(id)}?${parameters}`), flight)
      const named = inOurNames(upstream, claims)
      return { kind: 'identified', brought: { upstream: id, issuer, ...exchanged, claims: named, at: clock() } }
    } catch (fault) {
      return await outcomeOf(fault, details => warn(id, details))
    }
  }

  return {
    begin: async (id, options) => {
      const { upstream, discover } = member(id)
      const metadata = await discover()
      if (!metadata) return { kind: 'unavailable' }
      const acr = options.acr ?? upstream.acr[0]
      const flight: Flight = {
        upstream: id,
        state: secret(),
        nonce: secret(),
        ...(isFranceConnect(upstream) ? {} : { verifier: secret() }),
        ...(acr ? { acr } : {}),
        ...(options.prompt ? { prompt: options.prompt } : {}),
        askedAt: clock().getTime(),
      }
      const url = new URL(metadata.authorization_endpoint)
      for (const [name, value] of Object.entries(parametersOf(upstream, callbackUrl(id), flight, options))) {
        url.searchParams.set(name, value)
      }
      return { kind: 'begun', url: url.href, flight }
    },

    finish: async (id, parameters, flight) => {
      if (flight.upstream !== id) return { kind: 'unverified', why: 'upstream' }
      const found = member(id)
      const metadata = await found.discover()
      if (!metadata) return { kind: 'unavailable', retry: true, why: 'discovery' }
      return finishWith(found, metadata, parameters, flight)
    },

    endSessionUrl: async (id, { idToken, state }) => {
      const metadata = await members.get(id)?.discover()
      if (!metadata?.end_session_endpoint) return undefined
      const url = new URL(metadata.end_session_endpoint)
      url.searchParams.set('id_token_hint', idToken)
      url.searchParams.set('state', state)
      url.searchParams.set('post_logout_redirect_uri', signOutUrl(id))
      return url.href
    },

    publicKeys: () => ({ keys: upstreams.flatMap(({ decryptionKeys }) => decryptionKeys.map(publicHalf)) }),
  }
}
