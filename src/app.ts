import type { RequestListener } from 'node:http'
import { makeCases } from './accounts/cases/cases.ts'
import { makeOpenCase } from './accounts/cases/open.ts'
import { makeArrive } from './accounts/linking/arrive.ts'
import { makeConfirmEmail } from './accounts/linking/confirm-email.ts'
import { makeLinkIdentity } from './accounts/linking/link.ts'
import { makeAskMove, makeMove } from './accounts/linking/move.ts'
import { makeOpenAccount } from './accounts/linking/open.ts'
import { makeIsThemself } from './accounts/linking/themself.ts'
import { makeFindByNumber, makeTryNumber } from './accounts/linking/try-number.ts'
import { makeUnlink } from './accounts/linking/unlink.ts'
import { UNDO_SECONDS } from './accounts/links.ts'
import { makeChangeEmail } from './accounts/own/change-email.ts'
import { makeSetPassword } from './accounts/own/set-password.ts'
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
import type { Configuration } from './config/start.ts'
import { makeFederation } from './federation/federation.ts'
import { type Around, openFoundations } from './foundations.ts'
import { makeCrossCheck } from './identity/cross-check.ts'
import type { PersonalData } from './identity/person.ts'
import { makeMailing } from './mail/mailing.ts'
import { makeMessages } from './mail/messages.ts'
import { makeOutbox } from './mail/outbox.ts'
import { viewOf } from './oidc/clients/view.ts'
import type { Oidc } from './oidc/contracts.ts'
import type { Lifetimes } from './oidc/needs.ts'
import { makeOidc } from './oidc/provider.ts'
import { makeHealth } from './operations/health.ts'
import { makeWorker } from './operations/jobs.ts'
import type { Log } from './operations/log.ts'
import { makePeriodic } from './operations/periodic.ts'
import { makePurge } from './operations/purge.ts'
import type { AnswerUnread } from './operations/unread.ts'
import { makeChallenges } from './protection/challenge/challenge.ts'
import { makeNoChallenge } from './protection/challenge/no-challenge.ts'
import { makeEnvelope } from './protection/envelope.ts'
import { deriveKey } from './protection/keyrings.ts'
import { limits } from './protection/limits.ts'
import { makeLookup } from './protection/lookup.ts'
import { clientNetwork } from './protection/network.ts'
import { makeCheckPassword } from './protection/password-policy.ts'
import { makePasswords } from './protection/passwords.ts'
import type { Stores } from './stores/contracts.ts'
import { makeControl } from './web/challenge/control.ts'
import { makeAfterSignOut } from './web/federation/after-sign-out.ts'
import { makeArrivals } from './web/federation/arrivals.ts'
import { loadBirthPlaces } from './web/federation/birthplaces-file.ts'
import { makeFlights } from './web/federation/flights.ts'
import { makeUpstreamSessions } from './web/federation/upstream-sessions.ts'
import { FEDERATION_PATHS, makeUpstreams } from './web/federation/upstreams.ts'
import { makeFront } from './web/front.ts'
import { journeys } from './web/journeys.ts'
import { makeDevices } from './web/kit/devices.ts'
import { TOKEN_PARAMETER } from './web/kit/links.ts'
import { makeOnward } from './web/kit/onward.ts'
import { makeRequests } from './web/kit/requests.ts'
import { makeSubmissions } from './web/kit/submissions.ts'
import { makeTermsShown } from './web/kit/terms.ts'
import { makeAttempt } from './web/sign-in/attempt.ts'
import { makeFinishSignIn } from './web/sign-in/finish.ts'
import { makeProtocolPages } from './web/sign-out/pages.ts'
import { makeHardening } from './web/sign-up/hardening.ts'
import { makeDetailsModel, makeShowForm } from './web/sign-up/shown.ts'
import { loadTowns } from './web/sign-up/towns-file.ts'
import { makeSite, type Route } from './web/site.ts'
import { PATHS } from './web/views/models.ts'

export type AppNeeds = Configuration & {
  readonly log: Log
  readonly clock?: () => Date
  /** Instead of the configured server: the demonstration's own. */
  readonly smtpUrl?: string
  /** Watches the stores, or dies at one of their acts: for proofs, refused in production. */
  readonly around?: Around
  /** How often what has had its time is removed; a minute by default. */
  readonly purgeEveryMs?: number
}

/** A whole Guichet, not listening yet. The only place that knows every module. */
export type App = {
  /** Answers requests: given to an HTTP server. */
  readonly handle: RequestListener
  /** Answers what cannot be read as a request: given to the same server. */
  readonly unread: AnswerUnread
  /** Every path that it answers, and how. */
  readonly routes: readonly Route[]
  readonly stores: Stores
  readonly oidc: Oidc
  /** Starts workers and periodic jobs. */
  start(): void
  /** Workers look for what is due: for whoever moves the clock. */
  wake(): void
  /** From now on not ready: balancers look elsewhere. */
  drain(): void
  /** Ends workers and closes stores, in a bounded time. */
  stop(): Promise<void>
}

const PURGE_EVERY_MS = 60_000
/** Of what has expired or was left half-way, when a process starts. */
const AT_START = 100
const LOGOUT_LEASE_MS = 60_000

const lifetimesOf = ({ lifetime, session }: Configuration['config']): Lifetimes => ({
  ...lifetime,
  sessionIdle: session.idle,
  sessionAbsolute: session.absolute,
  confirmAfter: session.confirmAfter,
})

/** Opens the store, and throws a sentence (operations/errors.ts) when it cannot. */
export const makeApp = async (needs: AppNeeds): Promise<App> => {
  const { config, keys, texts, log, clock = () => new Date(), smtpUrl, around, purgeEveryMs = PURGE_EVERY_MS } = needs
  const { vault, stores, audit, advice } = await openFoundations(needs, clock, around)
  for (const sentence of advice) log.warn({}, sentence)
  const { accounts, jobs, throttles, records } = stores
  const envelope = makeEnvelope(keys.personal)
  const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
  const passwords = makePasswords({
    memoryKib: config.passwords.memory,
    passes: config.passwords.iterations,
    lanes: config.passwords.parallelism,
    concurrency: config.passwords.concurrency,
    queue: config.passwords.queue,
  })
  const outbox = makeOutbox({ vault, clock, spreadSeconds: config.mail.spread })
  const account = { accounts, jobs, throttles, passwords, envelope, lookup, outbox, audit, clock }
  const front = makeFront(config, vault, clock)
  const { desk, cookies } = front

  const oidc = makeOidc({
    issuer: config.issuer,
    name: config.name,
    stores,
    envelope,
    vault,
    keys: {
      signing: [...keys.signing],
      cookies: keys.vault.map(key => deriveKey(key, 'cookies').toString('base64url')),
      pairwise: deriveKey(keys.pairwise, 'pairwise').toString('base64url'),
    },
    pages: makeProtocolPages(front),
    audit,
    clock,
    log,
    currentTerms: texts.terms.fr,
    acrs: [...new Set(['eidas1', ...config.upstreams.flatMap(({ acr }) => acr)])],
    lifetimes: lifetimesOf(config),
    refreshGraceSeconds: config.lifetime.refreshGrace,
    allowLoopbackFetch: config.allowLoopbackFetch,
  })
  const { interactions } = oidc
  const upstreams = makeUpstreams(config.upstreams)
  const federation = makeFederation({
    upstreams: config.upstreams,
    callbackUrl: id => `${config.issuer}${FEDERATION_PATHS.back(id)}`,
    signOutUrl: id => `${config.issuer}${FEDERATION_PATHS.out(id)}`,
    clock,
    log,
  })
  const upstreamSessions = makeUpstreamSessions({
    records,
    cookies,
    federation,
    clock,
    seconds: config.session.absolute,
  })

  const crossCheck = makeCrossCheck({ births: await loadBirthPlaces() })
  const tryNumber = makeTryNumber({ ...account, crossCheck })
  const cases = makeCases({
    ...account,
    cases: stores.cases,
    crossCheck,
    endAccount: oidc.endAccount,
    answerSeconds: config.cases.answer,
    contestSeconds: config.cases.contest,
    failed: (id, err) =>
      log.error({ case: id, err }, 'a case could not be taken further: it is tried again in a minute'),
  })

  const mailing = makeMailing({
    ...account,
    config,
    smtpUrl,
    paths: {
      activation: '/activation',
      newPassword: `${PATHS.recovery}/nouveau`,
      confirmEmail: PATHS.confirmEmail,
      undo: PATHS.undoLink,
      move: PATHS.move,
      signIn: PATHS.signIn,
      recovery: PATHS.recovery,
      parameter: TOKEN_PARAMETER,
    },
    compose: makeMessages(front).compose,
    labelOf: upstreams.label,
    log,
  })
  const logouts = makeWorker({
    jobs,
    queue: 'backchannelLogout',
    run: async ({ sealed }) => ((await oidc.deliverLogout(sealed)) === 'retry' ? 'retry' : 'done'),
    leaseMs: LOGOUT_LEASE_MS,
    clock,
    log,
  })
  const purge = makePeriodic({
    name: 'purge',
    everyMs: purgeEveryMs,
    run: makePurge({
      stores,
      endExpiredSessions: oidc.endExpiredSessions,
      advanceCases: cases.advanceDue,
      purgePending: makePurgePending({ ...account, pendingSeconds: config.retention.pending }),
      auditSeconds: config.retention.audit,
      clock,
      log,
    }),
    clock,
    log,
  })
  /** What processes that died left half-way is finished at once, not within a minute. */
  let finishing: Promise<unknown> = Promise.resolve()
  const finishLeft = (): void => {
    finishing = stores
      .purgeExpired(clock(), AT_START)
      .catch((err: unknown) => log.error({ err }, 'what was left half-way could not be finished: the next purge will'))
  }
  const workers = [mailing.worker, logouts, purge]
  jobs.onAdded(queue => (queue === 'mail' ? mailing.worker : logouts).wake())
  const health = makeHealth({ storeReady: stores.ready, workers })

  const none = config.challenge === 'none'
  const challenges = none ? makeNoChallenge({ clock }) : makeChallenges({ records, clock })
  const { signInChallenge, signInRefusal, signUpChallenge, signUpRefusal } = config.network
  const control = makeControl({
    challenges,
    throttles,
    lookup,
    clock,
    none,
    crowdedAbove: signUpChallenge,
    signInsAnHour: signInRefusal,
  })
  const towns = await loadTowns()
  const presence = config.form
  const checkPassword = makeCheckPassword()
  const serviceView = async (id: string) => {
    const service = await stores.services.find(id)
    return service?.status === 'active' ? viewOf(service) : undefined
  }
  const passwordFaults = (password: string, { birthName, email, nir }: PersonalData) => {
    const fault = checkPassword(password, { names: [birthName], email, nir: nir?.number ?? '' })
    return fault ? [fault] : []
  }

  const linking = { ...account, crossCheck, tryNumber, settle: cases.settle, endAccount: oidc.endAccount }
  const linkIdentity = makeLinkIdentity(linking)
  const { unlink, undo } = makeUnlink(linking)
  const devices = makeDevices({ cookies, seconds: config.session.device })
  const shownForm = { desk, control, towns, presence, clock, upstreams }
  const endedAtOnce = new Set(config.upstreams.filter(one => one.endSessionAtOnce).map(({ id }) => id))

  const pages = journeys({
    desk,
    cookies,
    interactions,
    control,
    challenges,
    clock,
    requests: makeRequests({ interactions, desk, cookies }),
    onward: makeOnward({ serviceView }),
    devices,
    submissions: makeSubmissions({ records, clock, desk }),
    hardening: makeHardening({ records, clock }),
    showForm: makeShowForm(shownForm),
    detailsModel: makeDetailsModel(shownForm),
    rules: { presence, towns, checkPassword },
    termsShown: makeTermsShown(texts.terms),
    texts: (kind, language) => texts[kind][language],
    linkSeconds: { activation: config.lifetime.activationLink, recovery: config.lifetime.recoveryLink },
    readPerson: makePersonReader(account),
    signUp: makeSignUp({ ...account, networkLimit: { ...limits.signUpNetwork.policy, max: signUpRefusal } }),
    claimedOften: makeClaimedOften(account),
    resendActivation: makeResendActivation(account),
    correctAddress: makeCorrectAddress(account),
    isActive: async id => (await accounts.find(id))?.status === 'active',
    readLink: makeReadLink(account),
    renewLink: makeRenewLink(account),
    activate: makeActivate(account),
    disown: makeDisown(account),
    attempt: makeAttempt({
      control,
      devices,
      clock,
      signIn: makeSignIn({
        ...account,
        networkLimits: {
          challengeAbove: signInChallenge,
          refuseAbove: { ...limits.signInNetwork.policy, max: signInRefusal },
        },
      }),
    }),
    finishSignIn: makeFinishSignIn(interactions),
    federation,
    upstreams,
    upstreamSessions,
    flights: makeFlights({ records, clock }),
    arrivals: makeArrivals({ records, clock, seconds: config.lifetime.interaction }),
    arrive: makeArrive(linking),
    findByNumber: makeFindByNumber(linking),
    openAccount: makeOpenAccount(linking),
    openCase: makeOpenCase({
      ...linking,
      cases: stores.cases,
      advance: cases.advance,
      answerSeconds: config.cases.answer,
    }),
    caseStanding: cases.standing,
    answerCase: cases.answer,
    askMove: makeAskMove(linking),
    move: makeMove(linking),
    moveSeconds: config.lifetime.recoveryLink,
    linkIdentity,
    isThemself: makeIsThemself({ ...linking, linkIdentity }),
    unverified: (upstream, why, request) => audit.record('identity.unverified', { upstream, why }, request),
    endsAtOnce: upstream => endedAtOnce.has(upstream),
    unlink,
    undoLink: undo,
    confirmEmail: makeConfirmEmail(account),
    setPassword: makeSetPassword({ ...linking, passwordFaults }),
    ...makeChangeEmail(account),
    lifetimes: { email: config.lifetime.activationLink, undo: UNDO_SECONDS },
    acceptTerms: makeAcceptTerms(account),
    requestAccess: makeRequestAccess(account),
    recover: makeRecover({ ...account, passwordFaults, endAccount: oidc.endAccount }),
  })
  const site = makeSite({
    issuer: config.issuer,
    cookies,
    desk,
    views: front.views,
    assets: front.assets,
    oidc,
    health,
    full: passwords.full,
    log,
    afterProtocol: makeAfterSignOut({ desk, upstreams, upstreamSessions }),
    networkOf: (address, forwarded) => clientNetwork(config.trustProxy, address, forwarded),
    pages,
  })

  return {
    ...site,
    stores,
    oidc,
    start: () => {
      finishLeft()
      for (const worker of workers) worker.start()
    },
    wake: () => {
      for (const worker of [mailing.worker, logouts]) worker.wake()
    },
    drain: health.drain,
    stop: async () => {
      await Promise.all([finishing, ...workers.map(worker => worker.stop())])
      mailing.close()
      await stores.close()
    },
  }
}
