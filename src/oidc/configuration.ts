/** The library's settings: every feature decided, every page ours. */
import { type Client, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { Answers } from './answering/answers.ts'
import { holdClaimsToScopes } from './authorising/claims-parameter.ts'
import type { Consents } from './authorising/consents.ts'
import type { makePolicy } from './authorising/policy.ts'
import type { Clients } from './clients/clients.ts'
import { makeFetching } from './clients/fetching.ts'
import { makeCookieKeys } from './cookie-keys.ts'
import type { Browser } from './interacting/browser.ts'
import { pathOf } from './interacting/paths.ts'
import type { OidcNeeds, SigningKeys } from './needs.ts'
import type { Accounts } from './people/accounts.ts'
import { CLAIMS_OF_SCOPE, SCOPES } from './people/scopes.ts'
import type { Subjects } from './people/subjects.ts'
import type { makeAdapterFactory } from './storage/adapter.ts'
import type { makeIntrospectionPolicy } from './tokens/introspection.ts'
import { lifetimesOf } from './tokens/lifetimes.ts'

export type ConfigurationParts = {
  readonly needs: OidcNeeds
  readonly adapter: ReturnType<typeof makeAdapterFactory>
  readonly accounts: Accounts
  readonly clients: Clients
  readonly consents: Consents
  readonly policy: ReturnType<typeof makePolicy>
  readonly subjects: Subjects
  readonly answers: Answers
  readonly browser: Browser
  readonly introspectionPolicy: ReturnType<typeof makeIntrospectionPolicy>
}

export const ROUTES = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  introspection: '/introspect',
  revocation: '/revoke',
  end_session: '/session/end',
  pushed_authorization_request: '/request',
} as const

/** `__Host-` where the path is the whole site; the others are tied to a path, and browsers refuse them that name. */
const cookieNames = (https: boolean) => ({
  session: `${https ? '__Host-' : ''}guichet_session`,
  interaction: `${https ? '__Secure-' : ''}guichet_interaction`,
  resume: `${https ? '__Secure-' : ''}guichet_resume`,
})

/** A public client's own pages may call us from the browser; nobody else's. */
const isOwnOrigin = (_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean =>
  client.clientAuthMethod === 'none' &&
  (client.redirectUris ?? []).some(uri => {
    const url = URL.parse(uri)
    return url !== null && url.origin !== 'null' && url.origin === origin
  })

/** RFC 7009: a token is its own service's to give up; another one that authenticates is told so. */
const mayRevoke = (
  _ctx: KoaContextWithOIDC,
  client: Client,
  token: { readonly clientId?: string | undefined },
): boolean => {
  if (token.clientId === client.clientId) return true
  if (client.clientAuthMethod === 'none') return false
  throw new errors.InvalidRequest('client is not authorized to revoke the presented token')
}

const algorithms = ['ES256', 'RS256'] as const

const features = ({ answers, introspectionPolicy }: ConfigurationParts): Configuration['features'] => ({
  devInteractions: { enabled: false },
  backchannelLogout: { enabled: true },
  claimsParameter: { enabled: true, assertClaimsParameter: holdClaimsToScopes },
  clientCredentials: { enabled: true },
  dPoP: { enabled: true },
  introspection: { enabled: true, allowedPolicy: introspectionPolicy },
  jwtUserinfo: { enabled: true },
  pushedAuthorizationRequests: { enabled: true },
  resourceIndicators: { enabled: false },
  revocation: { enabled: true, allowedPolicy: mayRevoke },
  rpInitiatedLogout: { enabled: true, logoutSource: answers.signOut, postLogoutSuccessSource: answers.signedOut },
  userinfo: { enabled: true },
})

/** A function to send the person to the page of a prompt, this browser bound to the request from there on. */
const interactionUrl =
  (browser: Browser): NonNullable<NonNullable<Configuration['interactions']>['url']> =>
  (ctx, interaction) => {
    browser.remember(ctx as never, { uid: interaction.uid, serviceId: String(interaction.params.client_id) })
    return pathOf(interaction.prompt.name, interaction.uid)
  }

export const makeConfiguration = (parts: ConfigurationParts, keys: SigningKeys): Configuration => {
  const { needs, adapter, accounts, clients, consents, policy, subjects, answers, browser } = parts
  const { issuer, lifetimes } = needs
  const https = new URL(issuer).protocol === 'https:'
  return {
    adapter,
    findAccount: (ctx, id, token) => {
      if (token === undefined) consents.foresee(ctx, id)
      return accounts.findAccount(ctx, id, token)
    },
    loadExistingGrant: consents.loadGrant,
    interactions: { policy, url: interactionUrl(browser) },
    renderError: answers.renderError,
    features: features(parts),

    routes: ROUTES,
    jwks: { keys: keys.signing.map(key => ({ ...key })) },
    cookies: {
      keys: makeCookieKeys(keys.cookies),
      names: cookieNames(https),
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: '/' },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },

    scopes: [...SCOPES],
    claims: {
      acr: null,
      amr: null,
      auth_time: null,
      iss: null,
      sid: null,
      // How and when the person signed in is part of every ID token.
      openid: ['sub', 'acr', 'amr', 'auth_time'],
      ...Object.fromEntries(Object.entries(CLAIMS_OF_SCOPE).map(([scope, names]) => [scope, [...names]])),
    },
    acrValues: [...needs.acrs],
    // FranceConnect's own name for the upstream to go to
    extraParams: ['idp_hint'],
    subjectTypes: ['pairwise', 'public'],
    pairwiseIdentifier: (_ctx, accountId, client) => subjects.pairwise(client, accountId),
    sectorIdentifierUriValidate: () => false,

    responseTypes: ['code', 'none'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256', grant_types: [], response_types: [] },
    enabledJWA: { idTokenSigningAlgValues: [...algorithms], userinfoSigningAlgValues: [...algorithms] },
    pkce: { required: (_ctx, client) => clients.recordOf(client).metadata.require_pkce !== false },
    allowOmittingSingleRegisteredRedirectUri: false,
    rotateRefreshToken: true,
    clientBasedCORS: isOwnOrigin,
    fetch: makeFetching(needs),
    ttl: lifetimesOf(lifetimes),

    discovery: {
      prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
      ui_locales_supported: ['fr', 'en'],
      claims_locales_supported: ['fr'],
      service_documentation: `${issuer}/aide`,
      op_policy_uri: `${issuer}/donnees-personnelles`,
      op_tos_uri: `${issuer}/conditions`,
    } as Configuration['discovery'],
  }
}
