import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { FranceConnectClient } from '../../../src/demo/france-connect/clients.ts'
import {
  type FranceConnect,
  type FranceConnectNeeds,
  makeFranceConnect,
} from '../../../src/demo/france-connect/france-connect.ts'

export const callback = 'http://127.0.0.1:9/retour'
export const afterLogout = 'http://127.0.0.1:9/sortie'

export const aClient = (changes: Partial<FranceConnectClient> = {}): FranceConnectClient => ({
  id: 'a-service',
  redirectUris: [callback],
  postLogoutRedirectUris: [afterLogout],
  scopes: ['openid', 'identite_pivot', 'profile', 'birth', 'email', 'preferred_username', 'idp_birthdate'],
  auth: { method: 'client_secret_post', secret: 'a-secret' },
  ...changes,
})

export type Running = {
  readonly provider: FranceConnect
  readonly issuer: string
  /** Moves the provider's clock. */
  pass(seconds: number): void
  now(): number
  /** How long « slow » was told to wait. */
  readonly waits: readonly number[]
  stop(): Promise<void>
}

/** The simulator on a free port, at a clock that only moves when told. */
export const startFranceConnect = async (needs: Partial<FranceConnectNeeds> = {}): Promise<Running> => {
  let now = Date.UTC(2026, 2, 12, 13, 32)
  let provider: FranceConnect | undefined
  const waits: number[] = []
  const server = createServer((request, response) => void provider?.handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`
  provider = makeFranceConnect({
    issuer,
    clients: [aClient()],
    clock: () => now,
    wait: async ms => void waits.push(ms),
    ...needs,
  })
  return {
    provider,
    issuer,
    waits,
    pass(seconds) {
      now += seconds * 1_000
    },
    now: () => now,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const longEnough = (letter: string): string => letter.repeat(32)

export const aRequest = (changes: Readonly<Record<string, string | undefined>> = {}): URLSearchParams => {
  const asked: Readonly<Record<string, string | undefined>> = {
    response_type: 'code',
    client_id: 'a-service',
    redirect_uri: callback,
    scope: 'openid identite_pivot email',
    acr_values: 'eidas1',
    state: longEnough('s'),
    nonce: longEnough('n'),
    ...changes,
  }
  return new URLSearchParams(Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

export const authorize = (issuer: string, asked: URLSearchParams, cookie = ''): Promise<Response> =>
  fetch(`${issuer}/authorize?${asked}`, { redirect: 'manual', headers: { Cookie: cookie } })

export const requestIdIn = (page: string): string => /name="request" value="([^"]+)"/.exec(page)?.[1] ?? ''

/** Asks, then answers the page as a form does: a person, or an error, perhaps with a fault. */
export const choose = async (
  issuer: string,
  asked: URLSearchParams,
  chosen: Readonly<Record<string, string>>,
): Promise<{ readonly back: URL; readonly cookie: string }> => {
  const page = await (await authorize(issuer, asked)).text()
  const answer = await fetch(`${issuer}/choix`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ request: requestIdIn(page), ...chosen }),
  })
  return {
    back: new URL(answer.headers.get('Location') ?? 'about:blank'),
    cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '',
  }
}

export const askToken = (
  issuer: string,
  code: string,
  changes: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(`${issuer}/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
      client_id: 'a-service',
      client_secret: 'a-secret',
      ...changes,
    }),
  })

export type Tokens = { readonly access_token: string; readonly id_token: string }

/** A code for this person, exchanged. */
export const tokensFor = async (
  issuer: string,
  chosen: Readonly<Record<string, string>> = { person: 'elodie' },
  asked: URLSearchParams = aRequest(),
): Promise<Tokens> => {
  const { back } = await choose(issuer, asked, chosen)
  return (await (await askToken(issuer, back.searchParams.get('code') ?? '')).json()) as Tokens
}

export const askUserinfo = (issuer: string, accessToken: string): Promise<Response> =>
  fetch(`${issuer}/userinfo`, { headers: { Authorization: `Bearer ${accessToken}` } })

/** What the provider signed, verified with the keys that it publishes now. */
export const verifiedBy = async ({ issuer, now }: Running, jwt: string): Promise<JWTPayload> => {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))
  const { payload } = await jwtVerify(jwt, keys, { issuer, audience: 'a-service', currentDate: new Date(now()) })
  return payload
}

/** Userinfo of one sign-in, verified. */
export const userinfoOf = async (running: Running, tokens: Tokens): Promise<JWTPayload> =>
  verifiedBy(running, await (await askUserinfo(running.issuer, tokens.access_token)).text())
