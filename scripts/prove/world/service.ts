/** A service's own part: its requests, and its calls to each of the processes. */
import { createHash, randomBytes } from 'node:crypto'
import type { ServiceRequest } from '../../../src/services/services.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import type { Server } from './servers.ts'
import type { World } from './world.ts'

export const REDIRECT_URI = 'https://service.exemple.fr/retour'

export type Fields = { readonly [name: string]: string }
export type Tokens = {
  readonly status: number
  readonly headers: Headers
  readonly body: { readonly [name: string]: unknown }
}
export type Asked = { readonly url: string; readonly verifier: string }
/** What the person's browser brought back. */
export type Granted = { readonly code: string; readonly verifier: string }

/** Who answers: one of the processes, or what stands in front of them. */
export type Asking = Pick<Server, 'fetch'>

export type ProvedService = {
  readonly id: string
  readonly secret: string
  readonly redirectUri: string
  /** An authorisation request, with a new PKCE verifier. */
  request(parameters?: Fields): Asked
  /** A form of ours posted to an endpoint, authenticated by the service's secret. */
  call(server: Asking, path: string, fields: Fields, headers?: Fields): Promise<Tokens>
  redeem(server: Asking, granted: Granted): Promise<Tokens>
  refresh(server: Asking, token: string): Promise<Tokens>
}

/** A form posted by a machine to an endpoint, authenticated by nothing but what it holds. */
export const postForm = async (
  { issuer }: Pick<World, 'issuer'>,
  server: Asking,
  path: string,
  fields: Fields,
  headers: Fields = {},
): Promise<Tokens> => {
  const answer = await server.fetch(issuer + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** First-party unless asked otherwise: no consent page. */
export const aProvedService = async (
  world: Pick<World, 'issuer' | 'addService'>,
  asked: Partial<ServiceRequest> = {},
): Promise<ProvedService> => {
  const redirectUri = asked.redirectUris?.[0] ?? REDIRECT_URI
  const { id, secret } = await world.addService({
    name: 'Bourse aux plantes',
    redirectUris: [REDIRECT_URI],
    homePage: 'https://service.exemple.fr/',
    firstParty: true,
    scopes: ['openid', 'profile', 'email', 'phone', 'address', 'offline_access'],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    ...asked,
  })
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

  const call: ProvedService['call'] = (server, path, fields, headers = {}) =>
    postForm(world, server, path, fields, { authorization: basic, ...headers })

  return {
    id,
    secret,
    redirectUri,
    call,
    request: (parameters = {}) => {
      const verifier = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({
        client_id: id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid',
        state: randomBytes(9).toString('base64url'),
        nonce: randomBytes(9).toString('base64url'),
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...parameters,
      })
      return { url: `${world.issuer}/authorize?${query}`, verifier }
    },
    redeem: (server, { code, verifier }) =>
      call(server, '/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    refresh: (server, token) => call(server, '/token', { grant_type: 'refresh_token', refresh_token: token }),
  }
}

/** The code that came back to the service; undefined when none did. */
export const codeOf = ({ url }: Pick<Page, 'url'>): string | undefined =>
  url.startsWith(REDIRECT_URI) ? (new URL(url).searchParams.get('code') ?? undefined) : undefined

/** From the service to the sign-in page and back to the service. Fails when no code comes back. */
export const signInTo = async (
  visitor: Visitor,
  service: ProvedService,
  person: { readonly nir: string; readonly password: string },
  parameters: Fields = {},
  /** Answers to the control on a page; from where many have signed in, it is asked for. */
  solved?: (page: Page) => Promise<Fields>,
): Promise<Granted> => {
  const { url, verifier } = service.request(parameters)
  const send = async (page: Page): Promise<Page> =>
    visitor.submit(page, { nir: person.nir, password: person.password, ...(await solved?.(page)) }, 'password')
  const form = await visitor.get(url)
  const sent = codeOf(form) ? form : await send(form)
  const back = solved && sent.body.includes('name="challengeId"') ? await send(sent) : sent
  const code = codeOf(back)
  if (!code) throw new Error(`no code came back: ${back.status} « ${back.heading} »`)
  return { code, verifier }
}
