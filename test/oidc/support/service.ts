/** A service's own part: its request, its calls to the token endpoint and the others. */
import { createHash, randomBytes } from 'node:crypto'
import type { Browser, Page } from './browser.ts'
import type { Guichet } from './guichet.ts'
import type { Loose } from './loose.ts'

export type Registered = { readonly id: string; readonly secret: string; readonly redirectUri: string }

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export const authorizeUrl = (
  service: Registered,
  challenge: string | undefined,
  extra: Record<string, string> = {},
): string => {
  const query = new URLSearchParams({
    client_id: service.id,
    redirect_uri: service.redirectUri,
    response_type: 'code',
    scope: 'openid profile email phone address',
    state: 'the-state',
    nonce: 'the-nonce',
    ...(challenge !== undefined && { code_challenge: challenge, code_challenge_method: 'S256' }),
    ...extra,
  })
  return `/authorize?${query}`
}

export type Called = {
  readonly status: number
  readonly headers: Headers
  readonly json: Loose
}

/** Calls an endpoint as the service, with its secret when it has one. */
export const call = async (
  guichet: Pick<Guichet, 'origin'>,
  path: string,
  service: Pick<Registered, 'id' | 'secret'>,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Called> => {
  const body = new URLSearchParams(service.secret === '' ? { client_id: service.id, ...fields } : fields)
  const response = await fetch(guichet.origin + path, {
    method: 'POST',
    body,
    headers: {
      ...(service.secret !== '' && { Authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}` }),
      ...headers,
    },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: text === '' ? {} : JSON.parse(text) }
}

export const redeem = (guichet: Guichet, service: Registered, code: string, verifier: string): Promise<Called> =>
  call(guichet, '/token', service, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: service.redirectUri,
    code_verifier: verifier,
  })

export const refresh = (guichet: Guichet, service: Registered, token: string): Promise<Called> =>
  call(guichet, '/token', service, { grant_type: 'refresh_token', refresh_token: token })

export const userinfo = async (guichet: Guichet, token: string): Promise<Called> => {
  const response = await fetch(`${guichet.origin}/userinfo`, { headers: { Authorization: `Bearer ${token}` } })
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : { text }
  return { status: response.status, headers: response.headers, json }
}

/** From the service's button to its return: signs in when asked to, consents when asked to. */
export const walk = async (
  browser: Browser,
  url: string,
  accountId: string,
): Promise<{ readonly page: Page; readonly met: readonly string[] }> => {
  const met: string[] = []
  let page = await browser.go(url)
  while (page.json.page === 'interaction' && met.length < 8) {
    const prompt: string | undefined = page.json.interaction?.prompt
    met.push(prompt ?? String(page.json.kind))
    if (prompt === 'login') page = await browser.signIn(page, accountId)
    if (prompt === 'create') page = await browser.signIn(page, accountId, 'create')
    if (prompt === 'consent') page = await browser.answer(page, { kind: 'consent' })
    if (prompt === 'select_account') page = await browser.answer(page, { kind: 'continue' })
    if (prompt === undefined || prompt === 'terms') break
  }
  return { page, met }
}

/** A whole sign-in: the tokens that the service gets. */
export const signedIn = async (
  guichet: Guichet,
  service: Registered,
  accountId: string,
  extra: Record<string, string> = {},
  browser: Browser = guichet.aBrowser(),
) => {
  const { verifier, challenge } = pkce()
  const { page, met } = await walk(browser, authorizeUrl(service, challenge, extra), accountId)
  const code = page.away?.searchParams.get('code')
  if (!code) throw new Error(`no code: ${page.status} ${page.away ?? page.text.slice(0, 500)}`)
  const tokens = await redeem(guichet, service, code, verifier)
  return { tokens, browser, met, code, verifier }
}

export const payloadOf = (jwt: string): Loose =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))

export const getJson = async (url: string): Promise<Loose> => (await fetch(url)).json()
