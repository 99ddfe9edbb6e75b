/** What is played against servers, the same requests to the letter. */
import { createHash, randomBytes } from 'node:crypto'
import { type Ask, makeVisitor, type Visitor } from '../../test/support/visitor.ts'
import { CALLBACK, type Target } from './target.ts'

export type Journeys = {
  /** From /authorize to tokens: `knownBrowser` signs in where this person has signed in before. */
  signIn(person: number, knownBrowser: boolean): Promise<void>
  clientCredentials(person: number): Promise<void>
  /** Each person's own chain: every refresh uses the token that the former one gave. */
  refresh(person: number): Promise<void>
  /** A code for a later redemption: the person is asked nothing, being signed in. */
  gatherCode(person: number): Promise<void>
  redeem(person: number): Promise<void>
  /** An access token for what follows, which outlives its session. */
  gatherToken(person: number): Promise<void>
  userinfo(person: number): Promise<void>
  introspect(person: number): Promise<void>
}

type Tokens = { readonly access_token?: string; readonly refresh_token?: string; readonly id_token?: string }
type Code = { readonly code: string; readonly verifier: string }

/** `ask`: by the issuer's address, unless said otherwise. */
export const makeJourneys = (
  { issuer, clientId, clientSecret, typed }: Target,
  ask: Ask = (url, init) => fetch(url, init),
): Journeys => {
  const visitor = (): Visitor => makeVisitor(issuer, {}, ask)
  const browsers = typed.map(visitor)
  const members = typed.map(visitor)
  const chains = new Map<number, string>()
  const codes = new Map<number, Code[]>(typed.map((_, person) => [person, []]))
  const tokens = new Map<number, string>()
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`

  const post = (path: string, fields: { readonly [name: string]: string }): Promise<Response> =>
    ask(`${issuer}${path}`, {
      method: 'POST',
      headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })

  const token = async (fields: { readonly [name: string]: string }): Promise<Tokens> => {
    const answer = await post('/token', fields)
    const given = (await answer.json()) as Tokens
    if (!given.access_token) throw new Error(`no token: ${answer.status} ${JSON.stringify(given)}`)
    return given
  }

  /** Signs in where a form asks for it. */
  const code = async (browser: Visitor, person: number, scope: string): Promise<Code> => {
    const verifier = randomBytes(32).toString('base64url')
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope,
      ...(scope.includes('offline_access') ? { prompt: 'consent' } : {}),
      state: randomBytes(16).toString('base64url'),
      nonce: randomBytes(16).toString('base64url'),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const page = await browser.get(`${issuer}/authorize?${query}`)
    const back = page.url.startsWith(CALLBACK) ? page : await browser.submit(page, { ...typed[person] }, 'password')
    const given = new URL(back.url).searchParams.get('code')
    if (!given) throw new Error(`no code: ${back.status} ${back.url} ${back.heading} ${back.faults.join(' ')}`)
    return { code: given, verifier }
  }

  const redeem = ({ code, verifier }: Code): Promise<Tokens> =>
    token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier })

  const authorise = async (browser: Visitor, person: number, scope: string): Promise<Tokens> =>
    redeem(await code(browser, person, scope))

  /** The browser is closed and opened again: what is kept is that it signed in here once. */
  const reopen = ({ cookies }: Visitor): void => {
    for (const name of [...cookies.keys()]) if (!/guichet-(devices|language)/.test(name)) cookies.delete(name)
  }

  return {
    signIn: async (person, knownBrowser) => {
      const own = browsers[person]
      const browser = knownBrowser && own ? own : visitor()
      reopen(browser)
      const { id_token } = await authorise(browser, person, 'openid')
      if (!id_token) throw new Error('no ID token')
    },
    clientCredentials: async () => {
      await token({ grant_type: 'client_credentials' })
    },
    refresh: async person => {
      const last = chains.get(person) ?? (await authorise(visitor(), person, 'openid offline_access')).refresh_token
      const { refresh_token } = await token({ grant_type: 'refresh_token', refresh_token: last ?? '' })
      if (!refresh_token || refresh_token === last) throw new Error('the refresh token did not rotate')
      chains.set(person, refresh_token)
    },
    gatherCode: async person => {
      codes.get(person)?.push(await code(members[person] ?? visitor(), person, 'openid'))
    },
    redeem: async person => {
      const next = codes.get(person)?.shift()
      if (!next) throw new Error('no code was gathered')
      await redeem(next)
    },
    gatherToken: async person => {
      const { access_token } = await authorise(visitor(), person, 'openid offline_access')
      tokens.set(person, access_token ?? '')
    },
    userinfo: async person => {
      const answer = await ask(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.get(person)}` } })
      const { sub } = (await answer.json()) as { readonly sub?: string }
      if (!sub) throw new Error(`no userinfo: ${answer.status}`)
    },
    introspect: async person => {
      const answer = await post('/introspect', { token: tokens.get(person) ?? '' })
      const { active } = (await answer.json()) as { readonly active?: boolean }
      if (!active) throw new Error(`no introspection: ${answer.status}`)
    },
  }
}
