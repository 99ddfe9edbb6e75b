/** OpenID Connect, mounted: the only folder that knows oidc-provider. */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import { makeAnswers } from './answering/answers.ts'
import { logRefusals } from './answering/refusals.ts'
import { makeConsents } from './authorising/consents.ts'
import { makePolicy } from './authorising/policy.ts'
import { makeClients } from './clients/clients.ts'
import { makeConfiguration, ROUTES } from './configuration.ts'
import type { Oidc } from './contracts.ts'
import { makeBackchannel } from './ending/backchannel.ts'
import { makeEnding } from './ending/sessions.ts'
import { makeHandling } from './handling.ts'
import { makeBrowser } from './interacting/browser.ts'
import { makeInteractions } from './interacting/interactions.ts'
import { makeLibrary } from './library.ts'
import type { OidcNeeds, SigningKeys } from './needs.ts'
import { makeAccounts } from './people/accounts.ts'
import { makeSubjects } from './people/subjects.ts'
import { makeAdapterFactory } from './storage/adapter.ts'
import { restoringAway } from './storage/away.ts'
import { renewInOneAct } from './storage/renewing.ts'
import { makeGrace } from './tokens/grace.ts'
import { makeWrapGrant } from './tokens/handlers.ts'
import { makeIntrospectionPolicy } from './tokens/introspection.ts'

export type { OidcNeeds, SigningKeys } from './needs.ts'
export { defaultLifetimes } from './needs.ts'

/** `reload` takes new signing and cookie keys without a restart: requests begun end with the former ones. */
export type OidcServer = Oidc & { reload(keys: SigningKeys): void }

/** Longer, and a stolen token would serve. */
const LONGEST_GRACE = 10

const OWNED = new Set<string>([
  ...Object.values(ROUTES),
  `${ROUTES.end_session}/confirm`,
  `${ROUTES.end_session}/success`,
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
])

const FOR_MACHINES = new Set<string>([
  ROUTES.token,
  ROUTES.userinfo,
  ROUTES.jwks,
  ROUTES.introspection,
  ROUTES.revocation,
  ROUTES.pushed_authorization_request,
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
])

const owns = (path: string): boolean => OWNED.has(path) || /^\/authorize\/[A-Za-z0-9_-]+$/.test(path)

/** Throws when the settings cannot be served: at the start, never later. */
export const makeOidc = (needs: OidcNeeds): OidcServer => {
  if (needs.refreshGraceSeconds < 0 || needs.refreshGraceSeconds > LONGEST_GRACE)
    throw new Error('a grace of 0 to 10 s')
  const { stores, vault, clock, audit, log, issuer, refreshGraceSeconds } = needs
  let current: { readonly provider: Provider; readonly handling: ReturnType<typeof makeHandling> } | undefined
  const provider = (): Provider => {
    if (!current) throw new Error('the provider is not built yet')
    return current.provider
  }

  const secure = new URL(issuer).protocol === 'https:'
  const browser = makeBrowser({ vault, clock, secure, provider })
  const clients = makeClients(needs)
  const accounts = makeAccounts(needs)
  const answers = makeAnswers({ pages: needs.pages, clients, browser })
  const consents = makeConsents({ consents: stores.consents, clients, vault })
  const subjects = makeSubjects(needs.keys.pairwise, clients)
  const policy = makePolicy({ ...needs, accounts, consents, subjectOf: subjects.of })
  const backchannel = makeBackchannel({ ...needs, provider })
  const ending = makeEnding({ ...needs, clients, backchannel })
  const grace = makeGrace({ seconds: refreshGraceSeconds, artefacts: stores.artefacts, vault, clock })
  const wrapGrant = makeWrapGrant({ grace, accounts, audit })
  const adapter = makeAdapterFactory({
    artefacts: stores.artefacts,
    clock,
    sessionAbsolute: needs.lifetimes.sessionAbsolute,
    onRefreshTokenReuse: grace.onReuse,
  })
  const introspectionPolicy = makeIntrospectionPolicy({ accounts, clients })
  const parts = { needs, adapter, accounts, clients, consents, policy, subjects, answers, browser, introspectionPolicy }

  const build = (keys: SigningKeys) => {
    const library = makeLibrary(issuer, makeConfiguration(parts, keys), {
      wrapGrant,
      answers,
      artefacts: stores.artefacts,
    })
    clients.install(library)
    backchannel.install(library)
    ending.install(library)
    renewInOneAct(library)
    logRefusals(library, log)
    return { provider: library, handling: makeHandling({ ...needs, provider: library, answers }) }
  }
  current = build(needs.keys)

  return {
    interactions: makeInteractions({ ...needs, provider, browser, clients, accounts, endSession: ending.endSession }),
    owns,
    handle: (ctx: Context) => (current ?? build(needs.keys)).handling.handle(ctx),
    paths: [...OWNED, `${ROUTES.authorization}/:uid`],
    ownsForMachines: path => FOR_MACHINES.has(path),
    handleForMachines: (req, res) => (current ?? build(needs.keys)).handling.handleForMachines(req, res),
    endAccount: restoringAway(ending.endAccount),
    endExpiredSessions: restoringAway(ending.endExpiredSessions),
    deliverLogout: restoringAway(backchannel.deliver),
    reload: keys => {
      current = build(keys)
    },
  }
}
