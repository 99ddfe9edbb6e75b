/** What is played against both servers, the same requests to the letter. */
import { createHash, randomBytes } from 'node:crypto'
import { makeVisitor, type Visitor } from '../../test/support/visitor.ts'
import { CALLBACK, type Target } from './target.ts'

export type Journeys = {
  /** From /authorize to tokens: `knownBrowser` signs in where this person has signed in before. */
  signIn(person: number, knownBrowser: boolean): Promise<void>
  clientCredentials(person: number): Promise<void>
  /** Each person's own chain: every refresh uses the token that the former one gave. */
  refresh(person: number): Promise<void>
}

type Tokens = { readonly access_token?: string; readonly refresh_token?: string; readonly id_token?: string }

export const makeJourneys = ({ issuer, clientId, clientSecret, typed }: Target): Journeys => {
  const browsers = typed.map(() => makeVisitor(issuer))
  const chains = new Map<number, string>()
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`

  const token = async (fields: { readonly [name: string]: string }): Promise<Tokens> => {
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams(fields),
    })
    const tokens = (await answer.json()) as Tokens
    if (!tokens.access_token) throw new Error(`no token: ${answer.status} ${JSON.stringify(tokens)}`)
    return tokens
  }

  const authorise = async (browser: Visitor, person: number, scope: string): Promise<Tokens> => {
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
    const form = await browser.get(`${issuer}/authorize?${query}`)
    const back = await browser.submit(form, { ...typed[person] }, 'password')
    const code = new URL(back.url).searchParams.get('code')
    if (!code) throw new Error(`no code: ${back.status} ${back.url} ${back.heading} ${back.faults.join(' ')}`)
    return token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier })
  }

  /** The browser is closed and opened again: what is kept is that it signed in here once. */
  const reopen = ({ cookies }: Visitor): void => {
    for (const name of [...cookies.keys()]) if (!/guichet-(devices|language)/.test(name)) cookies.delete(name)
  }

  return {
    signIn: async (person, knownBrowser) => {
      const own = browsers[person]
      const browser = knownBrowser && own ? own : makeVisitor(issuer)
      reopen(browser)
      const { id_token } = await authorise(browser, person, 'openid')
      if (!id_token) throw new Error('no ID token')
    },
    clientCredentials: async () => {
      await token({ grant_type: 'client_credentials' })
    },
    refresh: async person => {
      const last =
        chains.get(person) ?? (await authorise(makeVisitor(issuer), person, 'openid offline_access')).refresh_token
      const { refresh_token } = await token({ grant_type: 'refresh_token', refresh_token: last ?? '' })
      if (!refresh_token || refresh_token === last) throw new Error('the refresh token did not rotate')
      chains.set(person, refresh_token)
    },
  }
}
