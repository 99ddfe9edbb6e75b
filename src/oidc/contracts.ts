/** What oidc/ gives to the pages and asks of them. Nothing here knows oidc-provider. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'koa'
import type { AccountId } from '../stores/contracts.ts'

export type ServiceView = {
  readonly id: string
  readonly name: string
  readonly firstParty: boolean
  /** Its registered home page, else undefined. */
  readonly homePage: string | undefined
  /** initiate_login_uri, else undefined. */
  readonly initiateLoginUri: string | undefined
  readonly logo: string | undefined
  readonly policyUri: string | undefined
}

export type PromptName = 'create' | 'select_account' | 'login' | 'case' | 'terms' | 'consent'

export type Interaction = {
  readonly uid: string
  readonly prompt: PromptName
  readonly service: ServiceView
  /** The account of the browser's session, when there is one. */
  readonly accountId: AccountId | undefined
  readonly uiLocales: string | undefined
  readonly loginHint: string | undefined
  /** The person chose to sign in as somebody else, or otherwise: no way is chosen for them. */
  readonly chosen: boolean
  /** The upstream that the service would have the person sent to (idp_hint, as FranceConnect names it). */
  readonly upstreamHint: string | undefined
  /** The service wants the person to show again who they are (prompt=login, max_age). */
  readonly reauthenticate: boolean
  /** The levels of assurance that are asked for: each list is an alternative, every list must be met. */
  readonly acrs: readonly (readonly string[])[]
  /** Where the person's answer in this request will be sent: the CSP's form-action needs it. */
  readonly redirectOrigin: string
}

export type FoundInteraction =
  | { readonly kind: 'found'; readonly interaction: Interaction }
  /**
   * It is over: it took too long, or it ended otherwise (answered already, another account's now). The service is known when this browser's cookie still says so.
   * `signedIn`: the browser has a session now. `justAnswered`: by another click of this person, a moment ago.
   */
  | {
      readonly kind: 'expired' | 'over'
      readonly service: ServiceView | undefined
      readonly signedIn: boolean
      readonly justAnswered: boolean
    }
  /** It lives, but this browser did not begin it: cookies are off, or the address was copied from another browser. */
  | { readonly kind: 'otherBrowser'; readonly service: ServiceView | undefined }

/** What is asked of the person at consent: what each says is the page's affair. */
export type ConsentAsked = {
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  /** Those of `scopes` and `claims` not consented to before. */
  readonly fresh: readonly string[]
}

/** The level of assurance of a number and its password. */
export const PASSWORD_ACR = 'eidas1'

export type SignedIn = {
  readonly accountId: AccountId
  readonly acr: string
  readonly amr: readonly string[]
  readonly at: Date
}

export type InteractionAnswer =
  | { readonly kind: 'login'; readonly signedIn: SignedIn }
  /** After prompt=create: an account was made, activated, and is signed in. */
  | { readonly kind: 'create'; readonly signedIn: SignedIn }
  /** « Continuer avec ce compte ». */
  | { readonly kind: 'continue' }
  | { readonly kind: 'termsAccepted' }
  /** « Continuer », having read that an agent is to decide about the account. */
  | { readonly kind: 'caseSeen' }
  | { readonly kind: 'consent' }
  /** Who was vouched for is not who is signed in, or not at the level that was asked for: unmet_authentication_requirements. */
  | { readonly kind: 'unmet' }
  /** « Annuler », « Refuser », « Retourner sur {service} »: access_denied. */
  | { readonly kind: 'denied' }

/** Pages of `/compte` that ask to sign in first. */
export type OwnPage = 'connections' | 'password' | 'email'

export type OwnSignIn = {
  readonly upstream?: string
  readonly next?: OwnPage
  /** The person shows again who they are, though they have a session. */
  readonly again?: boolean
}

export type Interactions = {
  find(ctx: Context, uid: string): Promise<FoundInteraction>
  /** Records the answer and gives the URL to redirect (303) to. The interaction must have been found for this browser. */
  answer(ctx: Context, uid: string, answer: InteractionAnswer): Promise<string>
  consentAsked(uid: string): Promise<ConsentAsked>
  /** The account signed in in this browser, when its session holds (idle, absolute bound, validAfter, status). */
  session(ctx: Context): Promise<
    | {
        readonly accountId: AccountId
        readonly uid: string
        readonly signedInAt: Date
        readonly amr: readonly string[]
      }
    | undefined
  >
  /** « Changer de compte »: ends the browser's own session, its services told, and gives where the same request goes on, at sign-in. */
  switchAccount(ctx: Context, uid: string): Promise<string>
  /**
   * Where `/connexion` without an interaction goes: an authorisation request of Guichet's own, coming back to `/connexion/retour`
   * with `next` as its `state`.
   */
  ownSignInUrl(to?: OwnSignIn): string
}

/** Pages that the protocol's own routes show. Each sets status and body. */
export type ProtocolPages = {
  /** Address of the style sheet, for the one page that the protocol writes by itself. */
  readonly stylesheet?: string | undefined
  error(
    ctx: Context,
    error: {
      readonly code: ProtocolErrorCode
      readonly service: ServiceView | undefined
      readonly detail: string | undefined
    },
  ): Promise<void>
  /** Asks before signing out. `action` and `xsrf` make the form: POST with `xsrf` and `logout=yes`. */
  signOut(
    ctx: Context,
    form: {
      readonly action: string
      readonly xsrf: string
      readonly service: ServiceView | undefined
      /** Origin (or scheme) of the post_logout_redirect_uri, for the CSP's form-action. */
      readonly redirectOrigin: string | undefined
    },
  ): Promise<void>
  signedOut(ctx: Context, service: ServiceView | undefined): Promise<void>
}

export type ProtocolErrorCode =
  | 'SERVICE_UNKNOWN'
  | 'REDIRECT_URI_UNKNOWN'
  | 'INTERACTION_EXPIRED'
  | 'REQUEST_REFUSED'
  | 'TOO_LARGE'
  | 'STORE_AWAY'
  | 'FAULT'

/** The provider, mounted: handles the protocol's paths, and nothing else. */
export type Oidc = {
  readonly interactions: Interactions
  /** Whether `path` is the protocol's: /authorize, /token, /jwks, /.well-known/… */
  owns(path: string): boolean
  handle(ctx: Context): Promise<void>
  /** The endpoints that machines ask, and that no page answers: /token, /userinfo, … */
  ownsForMachines(path: string): boolean
  /** Every path that is the protocol's, ids as `:uid`. */
  readonly paths: readonly string[]
  /** Answers them with one context and nothing of the site's: they are most of the requests. */
  handleForMachines(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** Ends every session, grant, code and token of an account, and queues the back-channel logouts. Idempotent. */
  endAccount(accountId: AccountId, by: 'person' | 'recovery' | 'agent'): Promise<void>
  /** Tells services of expired sessions: called by the purge job. Says how many sessions were ended. */
  endExpiredSessions(now: Date, limit: number): Promise<number>
  /** Delivers one queued back-channel logout. */
  deliverLogout(sealed: string): Promise<'delivered' | 'retry' | 'gone'>
}
