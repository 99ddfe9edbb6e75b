/** A service's own part, as the tests of pages need it. */
import { createHash, randomBytes } from 'node:crypto'
import type { ServiceRequest } from '../../../src/services/services.ts'
import type { Guichet } from '../../support/guichet.ts'
import type { Page, Visitor } from '../../support/visitor.ts'

export type TestService = {
  readonly id: string
  readonly secret: string
  readonly name: string
  readonly redirectUri: string
  readonly homePage: string
  /** The address of an authorisation request, and the verifier that redeems its code. */
  request(parameters?: Readonly<Record<string, string>>): { readonly url: string; readonly verifier: string }
  /** Who the service is told that came back to `landed`; fails when it got no code. */
  whoCame(landed: string, verifier: string): Promise<{ readonly sub: string; readonly email: string | undefined }>
}

export const SERVICE_ORIGIN = 'https://service.exemple.fr'

/** First-party by default: no consent page. */
export const aService = async (guichet: Guichet, asked: Partial<ServiceRequest> = {}): Promise<TestService> => {
  const redirectUri = `${SERVICE_ORIGIN}/retour`
  const homePage = `${SERVICE_ORIGIN}/`
  const name = asked.name ?? 'Bourse aux plantes'
  const { id, secret } = await guichet.addService({
    redirectUris: [redirectUri],
    homePage,
    firstParty: true,
    scopes: ['openid', 'profile', 'email', 'phone', 'address', 'offline_access'],
    ...asked,
    name,
  })

  return {
    id,
    secret,
    name,
    redirectUri,
    homePage,
    request: (parameters = {}) => {
      const verifier = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({
        client_id: id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid email',
        state: randomBytes(6).toString('base64url'),
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...parameters,
      })
      return { url: `${guichet.issuer}/authorize?${query}`, verifier }
    },
    whoCame: async (landed, verifier) => {
      const code = new URL(landed).searchParams.get('code')
      if (!code || !landed.startsWith(redirectUri)) throw new Error(`no code came back: ${landed}`)
      const answer = await fetch(`${guichet.issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: verifier,
        }),
      })
      const tokens = (await answer.json()) as { readonly access_token?: string }
      const told = await fetch(`${guichet.issuer}/userinfo`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      return (await told.json()) as { readonly sub: string; readonly email: string | undefined }
    },
  }
}

/** Number and password on the sign-in page shown. */
export const signInOn = (
  visitor: Visitor,
  page: Page,
  { nir, password }: { readonly nir: string; readonly password: string },
): Promise<Page> => visitor.submit(page, { nir, password }, 'password')

/** Signs in without a service. */
export const signIn = async (
  visitor: Visitor,
  guichet: Guichet,
  person: { readonly nir: string; readonly password: string },
): Promise<Page> => signInOn(visitor, await visitor.get(`${guichet.issuer}/connexion`), person)

/** Whose session the browser has, as a service is told without a word from the person; undefined when it has none. */
export const whoIsSignedIn = async (visitor: Visitor, service: TestService): Promise<string | undefined> => {
  const { url, verifier } = service.request({ prompt: 'none' })
  const { url: landed } = await visitor.get(url)
  if (new URL(landed).searchParams.get('error') === 'login_required') return undefined
  return (await service.whoCame(landed, verifier)).email
}
