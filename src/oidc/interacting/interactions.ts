/** Requests as the pages meet them: found for this browser, answered once, gone on from. */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import type { Interaction as Kept, Session } from 'oidc-provider'
import { ambientOf } from '../../operations/ambient.ts'
import { acrsOf } from '../authorising/acr.ts'
import type { Clients } from '../clients/clients.ts'
import { ownSignInPath } from '../clients/own.ts'
import { cspSourceOf, viewOf } from '../clients/view.ts'
import type { ConsentAsked, FoundInteraction, Interaction, InteractionAnswer, Interactions } from '../contracts.ts'
import type { EndSession } from '../ending/sessions.ts'
import type { OidcNeeds } from '../needs.ts'
import type { Accounts } from '../people/accounts.ts'
import { restoringAway } from '../storage/away.ts'
import { rememberAnswered, wasJustAnswered } from './answered.ts'
import type { Browser } from './browser.ts'
import { isPromptName, pathOf, pressedAgain } from './paths.ts'
import { resultOf } from './results.ts'
import { makeSessionStands } from './standing.ts'

type InteractionsNeeds = Pick<OidcNeeds, 'issuer' | 'stores' | 'audit' | 'clock' | 'lifetimes'> & {
  readonly provider: () => Provider
  readonly browser: Browser
  readonly clients: Clients
  readonly accounts: Pick<Accounts, 'usable'>
  readonly endSession: EndSession
}

type Live = { readonly kept: Kept; readonly view: Interaction }

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** What is answered there is said in the name of who is signed in. */
const NEEDS_SESSION: ReadonlySet<string> = new Set(['case', 'terms', 'consent'])

const nothingAsked: ConsentAsked = { scopes: [], claims: [], fresh: [] }

const askedOf = (kept: Kept | undefined): ConsentAsked =>
  (kept?.prompt.details.asked as ConsentAsked | undefined) ?? nothingAsked

export const makeInteractions = (needs: InteractionsNeeds): Interactions => {
  const { provider, browser, clients, accounts, clock, stores, audit } = needs
  const now = (): number => Math.floor(clock().getTime() / 1000)
  const sessionStands = makeSessionStands({ provider, browser, artefacts: stores.artefacts })

  const sessionOf = async (ctx: Context): Promise<Session | undefined> => {
    const session = await provider().Session.get(ctx)
    const { accountId, loginTs } = session
    if (accountId === undefined || loginTs === undefined) return undefined
    if (now() - loginTs >= needs.lifetimes.sessionAbsolute) return undefined
    return (await accounts.usable(accountId, loginTs)) ? session : undefined
  }

  const viewOfKept = async (kept: Kept): Promise<Interaction | undefined> => {
    const service = await clients.service(String(kept.params.client_id))
    if (!service || !isPromptName(kept.prompt.name)) return undefined
    return {
      uid: kept.uid,
      prompt: kept.prompt.name,
      service: viewOf(service),
      accountId: kept.session?.accountId,
      uiLocales: text(kept.params.ui_locales),
      loginHint: text(kept.params.login_hint),
      chosen: kept.lastSubmission?.select_account !== undefined,
      upstreamHint: text(kept.params.idp_hint),
      reauthenticate:
        text(kept.params.prompt)?.split(' ').includes('login') === true || kept.params.max_age !== undefined,
      acrs: acrsOf(kept.params),
      redirectOrigin: cspSourceOf(text(kept.params.redirect_uri)) ?? needs.issuer,
    }
  }

  /** The request goes on without the session that it began in: the library would refuse to resume it. */
  const detach = (kept: Kept): void => {
    kept.session = undefined
  }

  /**
   * Live, begun by this browser, in the session that it has. Somebody who is signing in or up needs none: a session that ended
   * in the meantime (a long sign-up, another tab) costs nothing then.
   */
  const live = async (ctx: Context, uid: string): Promise<Live | undefined> => {
    if (!browser.recall(ctx, uid)) return undefined
    const kept = await provider().Interaction.find(uid)
    if (!kept) return undefined
    if (!(await sessionStands(ctx, kept))) {
      if (NEEDS_SESSION.has(kept.prompt.name)) return undefined
      detach(kept)
    }
    const view = await viewOfKept(kept)
    return view && { kept, view }
  }

  const save = async (kept: Kept): Promise<void> => {
    await kept.save(Math.max(1, kept.exp - now()))
    await rememberAnswered(stores.artefacts, kept.uid, clock())
  }

  /** Somebody else signs in: the session that stood ends before, and its services are told. */
  const makeRoom = async (ctx: Context, kept: Kept, accountId: string): Promise<void> => {
    const session = await provider().Session.get(ctx)
    if (session.accountId === undefined || session.accountId === accountId) return
    await needs.endSession(session, 'person', ambientOf(ctx.req).requestId)
    detach(kept)
  }

  const recordConsent = async (ctx: Context, { kept, view }: Live): Promise<void> => {
    if (view.accountId === undefined || kept.result?.consent) return
    const { scopes, claims } = askedOf(kept)
    const details = { account: view.accountId, service: view.service.id, scopes }
    await stores.consents.give(
      { accountId: view.accountId, serviceId: view.service.id, scopes, claims, givenAt: clock() },
      { events: [audit.event('consent.given', details, ambientOf(ctx.req).requestId)] },
    )
  }

  const recordDenial = async (ctx: Context, { kept, view }: Live): Promise<void> => {
    if (view.prompt !== 'consent' || view.accountId === undefined || kept.result?.error) return
    const details = { account: view.accountId, service: view.service.id }
    await audit.record('consent.denied', details, ambientOf(ctx.req).requestId)
  }

  const act = async (ctx: Context, found: Live, answer: InteractionAnswer): Promise<void> => {
    switch (answer.kind) {
      case 'login':
      case 'create':
        return makeRoom(ctx, found.kept, answer.signedIn.accountId)
      case 'consent':
        return recordConsent(ctx, found)
      case 'denied':
        return recordDenial(ctx, found)
      case 'continue':
      case 'termsAccepted':
      case 'caseSeen':
      case 'unmet':
        return undefined
    }
  }

  const interactions: Interactions = {
    async find(ctx, uid): Promise<FoundInteraction> {
      const begun = browser.recall(ctx, uid)
      const found = await live(ctx, uid)
      if (found) return { kind: 'found', interaction: found.view }
      if (begun) {
        const service = await clients.view(begun.serviceId)
        const end = begun.at + needs.lifetimes.interaction * 1000
        const kind = clock().getTime() < end ? 'over' : 'expired'
        const justAnswered = await wasJustAnswered(stores.artefacts, uid)
        return { kind, service, signedIn: (await sessionOf(ctx)) !== undefined, justAnswered }
      }
      const kept = await provider().Interaction.find(uid)
      if (kept) return { kind: 'otherBrowser', service: (await viewOfKept(kept))?.service }
      const signedIn = (await sessionOf(ctx)) !== undefined
      return { kind: 'expired', service: undefined, signedIn, justAnswered: false }
    },

    async answer(ctx, uid, answer) {
      const found = await live(ctx, uid)
      // Answered and resumed already, or over: its own page says so.
      if (!found) return pressedAgain(uid)
      await act(ctx, found, answer)
      const { kept } = found
      const result = resultOf(answer, kept.prompt.name)
      kept.result = 'error' in result ? result : { ...kept.lastSubmission, ...result }
      await save(kept)
      return kept.returnTo
    },

    async consentAsked(uid) {
      return askedOf(await provider().Interaction.find(uid))
    },

    async session(ctx) {
      const session = await sessionOf(ctx)
      if (!session?.accountId) return undefined
      const { accountId, uid, loginTs, amr = [] } = session
      return { accountId, uid, signedInAt: new Date((loginTs ?? 0) * 1000), amr }
    },

    async switchAccount(ctx, uid) {
      const found = await live(ctx, uid)
      if (!found) return pathOf('login', uid)
      const session = await provider().Session.get(ctx)
      if (session.accountId !== undefined) await needs.endSession(session, 'person', ambientOf(ctx.req).requestId)
      const { kept } = found
      const { login: _former, ...answered } = kept.lastSubmission ?? {}
      detach(kept)
      kept.result = { ...answered, select_account: {} }
      await save(kept)
      return kept.returnTo
    },

    ownSignInUrl: to => ownSignInPath(needs.issuer, to),
  }

  return {
    find: restoringAway(interactions.find),
    answer: restoringAway(interactions.answer),
    consentAsked: restoringAway(interactions.consentAsked),
    session: restoringAway(interactions.session),
    switchAccount: restoringAway(interactions.switchAccount),
    ownSignInUrl: interactions.ownSignInUrl,
  }
}
