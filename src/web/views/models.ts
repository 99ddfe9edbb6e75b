import type * as Federation from './models/federation.ts'
import type { ErrorModel, HelpModel, HomeModel, ProseModel } from './models/information.ts'
import type * as SignIn from './models/sign-in.ts'
import type * as SignUp from './models/sign-up.ts'

export type * from './models/common.ts'
export type * from './models/federation.ts'
export type * from './models/information.ts'
export type * from './models/sign-in.ts'
export type * from './models/sign-up.ts'
export { OTHER_TOWN } from './models/sign-up.ts'

/**
 * Every page and what it is given. Models are plain data: no rule, no markup.
 * Forms post to `common.path`, with `_token`; the answers of the language button carry `_language`, the one wanted.
 */
export type PageModels = {
  home: HomeModel
  signUp: SignUp.SignUpModel
  checkMailbox: SignUp.CheckMailboxModel
  activation: SignUp.ActivationModel
  activated: SignUp.ActivatedModel
  activationErased: SignUp.ActivationErasedModel
  cannotFinish: SignUp.CannotFinishModel
  linkExpired: SignUp.LinkExpiredModel
  linkUsed: SignUp.LinkUsedModel
  linkIncomplete: SignUp.LinkIncompleteModel
  signIn: SignIn.SignInModel
  recovery: SignIn.MailRequestModel
  recoverySent: SignIn.MailRequestedModel
  resend: SignIn.MailRequestModel
  resendSent: SignIn.MailRequestedModel
  newPassword: SignIn.NewPasswordModel
  passwordChanged: SignIn.PasswordChangedModel
  consent: SignIn.ConsentModel
  continueAs: SignIn.ContinueAsModel
  acceptTerms: SignIn.AcceptTermsModel
  case: Federation.CaseModel
  haveAccount: Federation.HaveAccountModel
  number: Federation.NumberModel
  linkAccount: Federation.LinkAccountModel
  complete: Federation.CompleteModel
  confirmEmail: Federation.ConfirmEmailModel
  emailConfirmed: Federation.EmailConfirmedModel
  accountLinkDead: Federation.AccountLinkDeadModel
  move: Federation.MoveModel
  toUpstream: Federation.ToUpstreamModel
  undoLink: Federation.UndoLinkModel
  linkUndone: Federation.LinkUndoneModel
  ownEmail: Federation.OwnEmailModel
  connections: Federation.ConnectionsModel
  unlink: Federation.UnlinkModel
  signOut: SignIn.SignOutModel
  signedOut: SignIn.SignedOutModel
  leaving: SignIn.LeavingModel
  help: HelpModel
  prose: ProseModel
  error: ErrorModel
}

export type PageName = keyof PageModels

/** The paths that every page links to. */
export const PATHS = {
  home: '/',
  signUp: '/inscription',
  signIn: '/connexion',
  recovery: '/mot-de-passe-oublie',
  towns: '/inscription/villes',
  signOut: '/deconnexion',
  confirmEmail: '/courriel/confirmation',
  undoLink: '/compte/lien-a-defaire',
  move: '/compte/identite-changee',
  connections: '/compte/connexions',
  ownPassword: '/compte/mot-de-passe',
  ownEmail: '/compte/courriel',
  help: '/aide',
  terms: '/conditions',
  privacy: '/donnees-personnelles',
  legal: '/mentions-legales',
  accessibility: '/accessibilite',
} as const
