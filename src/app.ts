import { randomBytes } from 'node:crypto'
import { makePersonReader } from './accounts/person.ts'
import { makePurgePending } from './accounts/purge.ts'
import { makeReadLink, makeRenewLink } from './accounts/read-link.ts'
import { makeRecover } from './accounts/recovery/recover.ts'
import { makeRequestAccess } from './accounts/recovery/request-access.ts'
import { makeAcceptTerms } from './accounts/sign-in/accept-terms.ts'
import { makeSignIn } from './accounts/sign-in/sign-in.ts'
import { makeActivate } from './accounts/sign-up/activate.ts'
import { makeClaimedOften } from './accounts/sign-up/claims.ts'
import { makeDisown } from './accounts/sign-up/disown.ts'
import { makeCorrectAddress, makeResendActivation } from './accounts/sign-up/mail-again.ts'
import { makeSignUp } from './accounts/sign-up/sign-up.ts'
import { makeAuditChain } from './audit/chain.ts'
import { makeAudit } from './audit/log.ts'
import type { Configuration } from './config/start.ts'
import { makeMessages } from './mail/messages.ts'
import { makeOutbox } from './mail/outbox.ts'
import { makeTransport } from './mail/transport.ts'
import { makeMailRunner } from './mail/worker.ts'
import { viewOf } from './oidc/clients/view.ts'
import type { Oidc } from './oidc/contracts.ts'
import { makeOidc } from './oidc/provider.ts'
import { StartError } from './operations/errors.ts'
import { makeHealth } from './operations/health.ts'
import { makeWorker } from './operations/jobs.ts'
import type { Log } from './operations/log.ts'
import { makePeriodic } from './operations/periodic.ts'
import { makePurge } from './operations/purge.ts'
import { makeChallenges } from './protection/challenge/challenge.ts'
import { makeNoChallenge } from './protection/challenge/no-challenge.ts'
import { makeEnvelope } from './protection/envelope.ts'
import { makeFormTokens } from './protection/form-tokens.ts'
import { deriveKey } from './protection/keyrings.ts'
import { limits } from './protection/limits.ts'
import { makeLookup } from './protection/lookup.ts'
import { makeVault } from './protection/make-vault.ts'
import { clientNetwork } from './protection/network.ts'
import { makeCheckPassword } from './protection/password-policy.ts'
import { makePasswords } from './protection/passwords.ts'
import { makeSealedCookies } from './protection/sealed-cookie.ts'
import type { Stores } from './stores/contracts.ts'
import { StoreNewer, StoreUnusable } from './stores/sqlite/faults.ts'
import { openSqliteStores } from './stores/sqlite/open.ts'
import { makeControl } from './web/challenge/control.ts'
import { journeys } from './web/journeys.ts'
import { makeCookies } from './web/kit/cookies.ts'
import { makeDesk } from './web/kit/desk.ts'
import { TOKEN_PARAMETER } from './web/kit/links.ts'
import { makeOnward } from './web/kit/onward.ts'
import { makeRequests } from './web/kit/requests.ts'
import { makeTermsShown } from './web/kit/terms.ts'
import { makeProtocolPages } from './web/sign-out/pages.ts'
import { makeHardening } from './web/sign-up/hardening.ts'
import { makeShowForm } from './web/sign-up/shown.ts'
import { makeSubmissions } from './web/sign-up/submissions.ts'
import { loadTowns } from './web/sign-up/towns-file.ts'
import { makeSite } from './web/site.ts'
import { makeAssets } from './web/views/assets.ts'
import { makeViews } from './web/views/engine.ts'
import { PATHS } from './web/views/models.ts'
import { makeTexts } from './web/views/texts.ts'

export type AppNeeds = Configuration & {
  readonly log: Log
  readonly clock?: () => Date
  /** The environment's own word wins over the operator's file in tests and in the demonstration. */
  readonly smtpUrl?: string
}

/** A whole Guichet, not listening yet. The only place that knows every module. */
export type App = {
  /** Answers requests: given to an HTTP server. */
  readonly handle: ReturnType<ReturnType<typeof makeSite>['callback']>
  readonly stores: Stores
  readonly oidc: Oidc
  /** Starts workers and periodic jobs. */
  start(): void
  /** From now on not ready: balancers look elsewhere. */
  drain(): void
  /** Ends workers and closes stores, in a bounded time. */
  stop(): Promise<void>
}

const PURGE_EVERY_MS = 60_000
const LOGOUT_LEASE_MS = 60_000

/** Opens the store, and throws StartError's kin with a sentence when it cannot. */
export const makeApp = async ({
  config,
  keys,
  texts,
  log,
  clock = () => new Date(),
  smtpUrl,
}: AppNeeds): Promise<App> => {
  const { issuer, lifetime, session, network } = config

  const vault = makeVault({ ring: keys.vault, index: keys.index })
  const envelope = makeEnvelope(keys.personal)
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const passwords = makePasswords({
    memoryKib: config.passwords.memory,
    passes: config.passwords.iterations,
    lanes: config.passwords.parallelism,
    concurrency: config.passwords.concurrency,
    queue: config.passwords.queue,
  })
  const checkPassword = makeCheckPassword()
  const stores = await openStores({
    dataDir: config.dataDir,
    vault,
    auditChain: makeAuditChain(deriveKey(keys.audit[0], 'audit')),
    process: randomBytes(6).toString('hex'),
    clock,
  })
  await refuseAnotherPairwiseKey(stores, deriveKey(keys.pairwise, 'fingerprint').toString('base64url'))
  const { accounts, jobs, throttles, records } = stores
  const audit = makeAudit({ store: stores.audit, clock })
  const outbox = makeOutbox({ vault, clock })

  const secure = issuer.startsWith('https:')
  const assets = makeAssets()
  const siteTexts = makeTexts()
  const site = {
    name: config.name,
    operator: config.operator,
    contact: config.contact,
    accessibility: config.accessibility,
    host: new URL(issuer).host,
    ...(config.legalBasis.fr && config.legalBasis.en
      ? { legalBasis: { fr: config.legalBasis.fr, en: config.legalBasis.en } }
      : {}),
  }
  const views = makeViews({ site, assets, texts: siteTexts })
  const cookies = makeCookies({ secure, sealed: makeSealedCookies({ vault, clock }), clock })
  const desk = makeDesk({ views, cookies, formTokens: makeFormTokens({ vault, clock }), origin: issuer })

  const oidc = makeOidc({
    issuer,
    name: config.name,
    stores,
    envelope,
    vault,
    keys: {
      signing: [...keys.signing],
      cookies: keys.vault.map(key => deriveKey(key, 'cookies').toString('base64url')),
      pairwise: deriveKey(keys.pairwise, 'pairwise').toString('base64url'),
    },
    pages: makeProtocolPages({ desk }),
    audit,
    clock,
    log,
    currentTerms: { version: texts.terms.fr.version },
    lifetimes: {
      accessToken: lifetime.accessToken,
      clientCredentials: lifetime.clientCredentials,
      authorizationCode: lifetime.authorizationCode,
      idToken: lifetime.idToken,
      refreshToken: lifetime.refreshToken,
      interaction: lifetime.interaction,
      pushedRequest: lifetime.pushedRequest,
      sessionIdle: session.idle,
      sessionAbsolute: session.absolute,
      confirmAfter: session.confirmAfter,
      logoutDelivery: lifetime.logoutDelivery,
    },
    refreshGraceSeconds: lifetime.refreshGrace,
    allowLoopbackFetch: config.allowLoopbackFetch,
  })
  const { interactions } = oidc

  const mail = makeTransport({
    url: smtpUrl ?? config.smtp.url,
    from: config.mail.from,
    domain: new URL(issuer).hostname,
    concurrency: config.mail.concurrency,
  })
  const mailedLink = (path: string) => (token: string) => `${issuer}${path}?${TOKEN_PARAMETER}=${token}`
  const mailWorker = makeWorker({
    jobs,
    queue: 'mail',
    run: makeMailRunner({
      accounts,
      throttles,
      envelope,
      lookup,
      outbox,
      links: {
        activation: mailedLink('/activation'),
        recovery: mailedLink(`${PATHS.recovery}/nouveau`),
        signIn: `${issuer}${PATHS.signIn}`,
        recoveryForm: `${issuer}${PATHS.recovery}`,
      },
      lifetimes: { activationSeconds: lifetime.activationLink, recoverySeconds: lifetime.recoveryLink },
      compose: makeMessages({ site, texts: siteTexts }).compose,
      transport: mail,
      audit,
      clock,
    }),
    concurrency: config.mail.concurrency,
    clock,
    log,
  })
  const logoutWorker = makeWorker({
    jobs,
    queue: 'backchannelLogout',
    run: async ({ sealed }) => ((await oidc.deliverLogout(sealed)) === 'retry' ? 'retry' : 'done'),
    leaseMs: LOGOUT_LEASE_MS,
    clock,
    log,
  })

  const challengeNone = config.challenge === 'none'
  const challenges = challengeNone ? makeNoChallenge({ clock }) : makeChallenges({ records, clock })
  const control = makeControl({ challenges, throttles, lookup, clock, none: challengeNone })
  const towns = await loadTowns()
  const presence = config.form
  const account = { accounts, jobs, throttles, passwords, envelope, lookup, outbox, audit, clock }

  const pages = journeys({
    desk,
    cookies,
    interactions,
    control,
    challenges,
    clock,
    requests: makeRequests({ interactions, desk, cookies }),
    onward: makeOnward({
      serviceView: async id => {
        const service = await stores.services.find(id)
        return service?.status === 'active' ? viewOf(service) : undefined
      },
    }),
    submissions: makeSubmissions({ records, clock }),
    showForm: makeShowForm({ desk, control, towns, presence, clock }),
    rules: { presence, towns, checkPassword },
    termsShown: makeTermsShown(texts.terms),
    texts: (kind, language) => {
      const { body, language: source, version } = texts[kind][language]
      return { source: body, language: source, version: kind === 'terms' ? version : undefined }
    },
    readPerson: makePersonReader(account),
    signUp: makeSignUp(account),
    claimedOften: makeClaimedOften(account),
    hardening: makeHardening({ records, clock }),
    resendActivation: makeResendActivation(account),
    correctAddress: makeCorrectAddress(account),
    readLink: makeReadLink(account),
    renewLink: makeRenewLink(account),
    activate: makeActivate(account),
    disown: makeDisown(account),
    signIn: makeSignIn({
      ...account,
      networkLimits: {
        challengeAbove: network.signInChallenge,
        refuseAbove: { ...limits.signInNetwork.policy, max: network.signInRefusal },
      },
    }),
    acceptTerms: makeAcceptTerms(account),
    requestAccess: makeRequestAccess(account),
    recover: makeRecover({
      ...account,
      passwordFaults: (password, person) => {
        const own = { names: [person.birthName], email: person.email, nir: person.nir.number }
        const fault = checkPassword(password, own)
        return fault ? [fault] : []
      },
      endAccount: oidc.endAccount,
    }),
  })

  const purge = makePeriodic({
    name: 'purge',
    everyMs: PURGE_EVERY_MS,
    run: makePurge({
      stores,
      endExpiredSessions: oidc.endExpiredSessions,
      purgePending: makePurgePending({ ...account, pendingSeconds: config.retention.pending }),
      auditSeconds: config.retention.audit,
      clock,
      log,
    }),
    clock,
    log,
  })
  const workers = [mailWorker, logoutWorker, purge]
  jobs.onAdded(queue => (queue === 'mail' ? mailWorker : logoutWorker).wake())
  const health = makeHealth({ storeReady: stores.ready, workers })
  const application = makeSite({
    issuer,
    cookies,
    desk,
    assets,
    oidc,
    health,
    log,
    networkOf: (address, forwarded) => clientNetwork(config.trustProxy, address, forwarded),
    pages,
  })

  return {
    handle: application.callback(),
    stores,
    oidc,
    start: () => {
      for (const worker of workers) worker.start()
    },
    drain: health.drain,
    stop: async () => {
      await Promise.all(workers.map(worker => worker.stop()))
      mail.close()
      await stores.close()
    },
  }
}

const openStores: typeof openSqliteStores = settings =>
  openSqliteStores(settings).catch((fault: unknown) => {
    const sentence = fault instanceof StoreNewer || fault instanceof StoreUnusable
    throw sentence ? new StartError(fault.message) : fault
  })

/** The pairwise key never rotates: subjects would change. Its fingerprint is the store's, once and for all. */
const refuseAnotherPairwiseKey = async (stores: Stores, fingerprint: string): Promise<void> => {
  if ((await stores.facts.settle('pairwiseKey', fingerprint)) === fingerprint) return
  await stores.close()
  throw new StartError(
    "The pairwise key is not the one that this store's subjects were made with: give back the former keys (keys.json), or start with an empty data directory.",
  )
}
