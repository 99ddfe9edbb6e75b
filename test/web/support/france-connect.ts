/** A simulated FranceConnect on a port of its own, and a Guichet that signs people in by it. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FranceConnect, makeFranceConnect } from '../../../src/demo/france-connect/france-connect.ts'
import { type Guichet, startGuichet } from '../../support/guichet.ts'
import { freePort } from '../../support/mailbox.ts'
import type { Page, Visitor } from '../../support/visitor.ts'

export type Federated = {
  readonly guichet: Guichet
  readonly france: FranceConnect
  /** Everything that FranceConnect sent and was sent: tokens, codes, claims. */
  readonly secrets: readonly string[]
  /** From Guichet's page to FranceConnect and back, as this test person. Gives the page that they come to. */
  signIn(visitor: Visitor, from: string | Page, choice: Choice): Promise<Page>
  /** The same up to FranceConnect's answer: the address of the callback, not opened. */
  callback(visitor: Visitor, from: string | Page, choice: Choice): Promise<string>
  stop(): Promise<void>
}

export type Choice = { readonly person: string } | { readonly error: string }

const SECRET = 'un-secret-de-demonstration-assez-long'
const CLIENT = 'guichet-essais'

const hidden = (body: string): string => /name="request" value="([^"]+)"/.exec(body)?.[1] ?? ''

export const startFederated = async (
  settings: { readonly [name: string]: string } = {},
  upstream: { readonly [name: string]: unknown } = {},
): Promise<Federated> => {
  let handle: RequestListener = (_, response) => void response.end()
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`
  const port = await freePort()
  const upstreams = [
    { id: 'franceconnect', kind: 'franceconnect', issuer, clientId: CLIENT, clientSecret: SECRET, ...upstream },
  ]
  const guichet = await startGuichet({
    GUICHET_PORT: String(port),
    GUICHET_UPSTREAMS: JSON.stringify(upstreams),
    ...settings,
  })
  const france = makeFranceConnect({
    issuer,
    clock: () => guichet.now().getTime(),
    clients: [
      {
        id: CLIENT,
        redirectUris: [`${guichet.issuer}/fournisseurs/franceconnect/retour`],
        postLogoutRedirectUris: [`${guichet.issuer}/fournisseurs/franceconnect/sortie`],
        scopes: ['openid', 'identite_pivot', 'preferred_username', 'email'],
        auth: { method: 'client_secret_post', secret: SECRET },
      },
    ],
  })
  const secrets: string[] = [SECRET]
  handle = (request, response) => {
    const end = response.end.bind(response)
    response.end = ((chunk?: unknown, ...rest: unknown[]) => {
      if (/\/(?:token|userinfo)$/.test(request.url ?? '') && chunk) secrets.push(String(chunk))
      return (end as (...args: unknown[]) => unknown)(chunk, ...rest)
    }) as typeof response.end
    france.handle(request, response)
  }

  const callback: Federated['callback'] = async (visitor, from, choice) => {
    const page = typeof from === 'string' ? await visitor.get(from) : from
    const button = /class="france-connect-button" href="([^"]+)"/.exec(page.body)?.[1]
    // redirected there at once, or by the button
    const away = button ? (await visitor.get(new URL(button, guichet.issuer).href)).url : page.url
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
    signIn: async (visitor, from, choice) => visitor.get(await callback(visitor, from, choice)),
    stop: async () => {
      await guichet.stop()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
