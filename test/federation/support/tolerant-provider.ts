/** A small OpenID provider that takes what it is sent, and answers, at each endpoint, as a test wants. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { type Federation, type Finished, makeFederation } from '../../../src/federation/federation.ts'
import type { Upstream } from '../../../src/federation/upstream.ts'
import { anUpstream } from './on-its-way.ts'

export const CLIENT = 'a-service'
const callback = 'http://127.0.0.1:9/retour'
const endpoints = ['openid-configuration', 'jwks', 'token', 'userinfo'] as const
export type Endpoint = (typeof endpoints)[number]

export type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string }
type Alter = (claims: JWTPayload) => JWTPayload

/** What it does, changed at any time. */
export type Ways = {
  alg: 'ES256' | 'PS256' | 'EdDSA' | 'HS256' | 'none'
  metadata: (metadata: Record<string, unknown>) => Record<string, unknown>
  alterIdToken: Alter
  userinfo: Alter
  signsUserinfo: boolean
  /** Says who it is in its callback. */
  saysIss: string | undefined
  /** Instead of its own answer; undefined to never answer. */
  instead: { [E in Endpoint]?: Answer | undefined }
}

export type Tolerant = {
  readonly issuer: string
  readonly ways: Ways
  readonly asked: ReadonlyMap<Endpoint, number>
  readonly logged: readonly string[]
  readonly federation: Federation
  /** A new key, the former one published no more. */
  rotate(): Promise<void>
  /** What the browser comes back with. */
  answerTo(url: string): URLSearchParams
  signIn(options?: Parameters<Federation['begin']>[1]): Promise<Finished>
  pass(seconds: number): void
  stop(): Promise<void>
}

const formOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = ''
  for await (const part of request) text += part
  return new URLSearchParams(text)
}
const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

type Key = { readonly kid: string; readonly alg: string; readonly privateKey: CryptoKey; readonly shown: JWK }

const aKey = async (alg: string, kid: string): Promise<Key> => {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return { kid, alg, privateKey, shown: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export const startTolerant = async (
  changes: Partial<Upstream> = {},
  { timeoutMs = 5_000, path = '' }: { readonly timeoutMs?: number; readonly path?: string } = {},
): Promise<Tolerant> => {
  let turn = 0
  let keys: readonly Key[] = []
  const rotate = async (): Promise<void> => {
    turn += 1
    keys = await Promise.all(['ES256', 'PS256', 'EdDSA'].map(alg => aKey(alg, `${alg}-${turn}`)))
  }
  await rotate()

  const asked = new Map<Endpoint, number>()
  const codes = new Map<string, URLSearchParams>()
  const now = () => Math.floor(Date.now() / 1_000)
  const ways: Ways = {
    alg: 'ES256',
    metadata: metadata => metadata,
    alterIdToken: claims => claims,
    userinfo: () => ({ sub: 'somebody', family_name: 'EXEMPLE' }),
    signsUserinfo: false,
    saysIss: undefined,
    instead: {},
  }

  const signed = (claims: JWTPayload): Promise<string> | string => {
    if (ways.alg === 'none') return new UnsecuredJWT(claims).encode()
    if (ways.alg === 'HS256') {
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('a-secret'))
    }
    const key = keys.find(({ alg }) => alg === ways.alg)
    if (!key) throw new Error('no such key')
    return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.privateKey)
  }

  const answers: { readonly [E in Endpoint]: (request: IncomingMessage) => Promise<Answer> } = {
    'openid-configuration': async () =>
      json(
        ways.metadata({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`,
          end_session_endpoint: `${issuer}/end`,
          id_token_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'HS256', 'none'],
          userinfo_signing_alg_values_supported: ['ES256', 'none'],
        }),
      ),
    jwks: async () => json({ keys: keys.map(({ shown }) => shown) }),
    token: async request => {
      const form = await formOf(request)
      const given = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      if (!given || (given.get('code_challenge') ?? challenge) !== challenge)
        return json({ error: 'invalid_grant' }, 400)
      const claims = {
        iss: issuer,
        sub: 'somebody',
        aud: CLIENT,
        iat: now(),
        exp: now() + 60,
        auth_time: now(),
        nonce: given.get('nonce') ?? '',
        acr: given.get('acr_values') ?? '',
      }
      const idToken = await signed(ways.alterIdToken(claims))
      return json({ access_token: 'an-access-token', token_type: 'Bearer', id_token: idToken })
    },
    userinfo: async () => {
      const claims = ways.userinfo({ sub: 'somebody', iss: issuer, aud: CLIENT, family_name: 'EXEMPLE' })
      if (!ways.signsUserinfo) return json(claims)
      return { headers: { 'content-type': 'application/jwt' }, body: await signed(claims) }
    },
  }

  const server = createServer(async (request, response) => {
    const endpoint = endpoints.find(one => request.url?.endsWith(`/${one}`))
    if (!endpoint) return void response.writeHead(404).end()
    asked.set(endpoint, (asked.get(endpoint) ?? 0) + 1)
    const instead = Object.hasOwn(ways.instead, endpoint)
    const answer = instead ? ways.instead[endpoint] : await answers[endpoint](request)
    if (answer) response.writeHead(answer.status ?? 200, answer.headers).end(answer.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

  let passed = 0
  const logged: string[] = []
  const federation = makeFederation({
    upstreams: [anUpstream(issuer, { id: 'region', kind: 'oidc', scopes: ['openid', 'profile'], ...changes })],
    callbackUrl: () => callback,
    signOutUrl: () => `${callback}/sortie`,
    clock: () => new Date(Date.now() + passed),
    log: { warn: (...line: unknown[]) => void logged.push(JSON.stringify(line)) },
    timeoutMs,
  })

  const answerTo = (url: string): URLSearchParams => {
    const { searchParams } = new URL(url)
    const code = randomBytes(16).toString('base64url')
    codes.set(code, searchParams)
    const iss = ways.saysIss === undefined ? {} : { iss: ways.saysIss }
    return new URLSearchParams({ code, state: searchParams.get('state') ?? '', ...iss })
  }

  return {
    issuer,
    ways,
    asked,
    logged,
    federation,
    rotate,
    answerTo,
    pass: seconds => {
      passed += seconds * 1_000
    },
    signIn: async (options = {}) => {
      const begun = await federation.begin('region', options)
      if (begun.kind !== 'begun') return { kind: 'unavailable', retry: true, why: 'discovery' }
      return federation.finish('region', answerTo(begun.url), begun.flight)
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
