/** Simulated FranceConnects, each on a port of its own, and a Guichet that signs people in by them. */

import { generateKeyPairSync } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FranceConnect, makeFranceConnect } from '../../../src/demo/france-connect/france-connect.ts'
import { freePort } from '../../support/free-port.ts'
import { type Guichet, startGuichet } from '../../support/guichet.ts'
import type { Page, Visitor } from '../../support/visitor.ts'

export type Federated = {
  readonly guichet: Guichet
  readonly france: FranceConnect
  /** Everything that FranceConnect sent and was sent: tokens, codes, claims. */
  readonly secrets: readonly string[]
  /** From Guichet's page to FranceConnect and back, as this test person. Gives the page that they come to. */
  signIn(visitor: Visitor, from: string | Page, choice: Choice, id?: UpstreamId): Promise<Page>
  /** The same up to FranceConnect's answer: the address of the callback, not opened. */
  callback(visitor: Visitor, from: string | Page, choice: Choice, id?: UpstreamId): Promise<string>
  stop(): Promise<void>
}

export type Choice = { readonly person: string } | { readonly error: string }
type UpstreamId = 'franceconnect' | 'franceconnect-plus'

const SECRET = 'un-secret-de-demonstration-assez-long'
const CLIENT = 'guichet-essais'

const hidden = (body: string): string => /name="request" value="([^"]+)"/.exec(body)?.[1] ?? ''

/** A port first, what answers there later. */
const listening = async () => {
  let handle: RequestListener = (_, response) => void response.end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    answerBy: (listener: RequestListener) => {
      handle = listener
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** `plus`: FranceConnect+ stands beside FranceConnect. */
export const startFederated = async (
  settings: { readonly [name: string]: string } = {},
  { plus = false, ...changes }: { readonly plus?: boolean; readonly [name: string]: unknown } = {},
  more: Parameters<typeof startGuichet>[1] = {},
): Promise<Federated> => {
  const [plain, strong] = [await listening(), await listening()]
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const shared = { clientId: CLIENT, clientSecret: SECRET }
  const upstreams = [
    { id: 'franceconnect', kind: 'franceconnect', issuer: plain.issuer, ...shared, ...changes },
    ...(plus
      ? [
          {
            id: 'franceconnect-plus',
            kind: 'franceconnect+',
            issuer: strong.issuer,
            ...shared,
            decryptionKeys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'enc', alg: 'ECDH-ES' }],
          },
        ]
      : []),
  ]
  const guichet = await startGuichet(
    { GUICHET_PORT: String(await freePort()), GUICHET_UPSTREAMS: JSON.stringify(upstreams), ...settings },
    more,
  )
  const client = (id: UpstreamId) => ({
    id: CLIENT,
    redirectUris: [`${guichet.issuer}/fournisseurs/${id}/retour`],
    postLogoutRedirectUris: [`${guichet.issuer}/fournisseurs/${id}/sortie`],
    scopes: ['openid', 'identite_pivot', 'preferred_username', 'email'],
    auth: { method: 'client_secret_post', secret: SECRET } as const,
  })
  const clock = () => guichet.now().getTime()
  const france = makeFranceConnect({ issuer: plain.issuer, clock, clients: [client('franceconnect')] })
  const encryption = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'enc', alg: 'ECDH-ES', use: 'enc' }] }
  const francePlus = makeFranceConnect({
    issuer: strong.issuer,
    kind: 'franceconnect+',
    clock,
    clients: [{ ...client('franceconnect-plus'), encryption }],
  })
  const secrets: string[] = [SECRET]
  const remembering =
    ({ handle }: FranceConnect): RequestListener =>
    (request, response) => {
      const end = response.end.bind(response)
      response.end = ((chunk?: unknown, ...rest: unknown[]) => {
        if (/\/(?:token|userinfo)$/.test(request.url ?? '') && chunk) secrets.push(String(chunk))
        return (end as (...args: unknown[]) => unknown)(chunk, ...rest)
      }) as typeof response.end
      handle(request, response)
    }
  plain.answerBy(remembering(france))
  strong.answerBy(remembering(francePlus))

  const callback: Federated['callback'] = async (visitor, from, choice, id = 'franceconnect') => {
    const page = typeof from === 'string' ? await visitor.get(from) : from
    const button = new RegExp(`href="(/connexion/[\\w-]+/avec/${id})"`).exec(page.body)?.[1]
    // redirected there at once, or by the button
    const away = button ? (await visitor.get(new URL(button, guichet.issuer).href)).url : page.url
    const { issuer } = id === 'franceconnect' ? plain : strong
    if (!away.startsWith(issuer)) throw new Error(`not at FranceConnect: ${away}`)
    const asked = await fetch(away, { redirect: 'manual' })
    const request = hidden(await asked.text())
    const answer = await fetch(`${issuer}/choix`, {
      method: 'POST',
      body: new URLSearchParams({ request, ...choice }),
      redirect: 'manual',
    })
    const location = answer.headers.get('location')
    if (!location) throw new Error(`FranceConnect sent nobody back: ${answer.status}`)
    secrets.push(new URL(location).searchParams.get('code') ?? SECRET)
    return location
  }

  return {
    guichet,
    france,
    secrets,
    callback,
    signIn: async (visitor, from, choice, id) => visitor.get(await callback(visitor, from, choice, id)),
    stop: async () => {
      await guichet.stop()
      await Promise.all([plain.stop(), strong.stop()])
    },
  }
}
