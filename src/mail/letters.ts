/** Mails that can leave, and what each says: plain data, nothing typed by someone unproven. */
import type { AccountId, Language } from '../stores/contracts.ts'

export type LetterModels = {
  /** The link activates; it lives `lifetimeSeconds`. */
  activation: { readonly link: string; readonly lifetimeSeconds: number }
  /** To the holder's own address, when a sign-up was asked with it. */
  accountExists: { readonly signInLink: string; readonly recoveryLink: string }
  holderWarned: { readonly at: Date; readonly signInLink: string }
  recovery: { readonly link: string; readonly lifetimeSeconds: number }
  /** The account opens with FranceConnect: there is no password to change. */
  recoveryNoPassword: { readonly signInLink: string }
  passwordChanged: { readonly at: Date }
  newDevice: { readonly at: Date }
  /** `label`: the upstream's name. The link undoes it, for `lifetimeSeconds`. */
  identityLinked: {
    readonly at: Date
    readonly label: string
    readonly undoLink: string
    readonly lifetimeSeconds: number
  }
  identityUnlinked: { readonly at: Date; readonly label: string; readonly means: readonly MeansOfSignIn[] }
  moveIdentity: { readonly link: string; readonly lifetimeSeconds: number }
  emailChanging: { readonly at: Date }
  /** `at`: of the opening, of the latest answer, of the effect. */
  case: {
    readonly reference: string
    readonly party: 'claimant' | 'holder'
    readonly at: Date
    readonly signInLink: string
  } & (
    | { readonly news: 'opened' | 'reopened' }
    | { readonly news: 'decided' | 'closed'; readonly effect: 'samePerson' | 'numberMoves' | 'keep' | 'closeBoth' }
  )
  confirmEmail: { readonly link: string; readonly lifetimeSeconds: number }
}
/** What an account still opens with: a password, or an upstream by its name. */
export type MeansOfSignIn = { readonly kind: 'password' } | { readonly kind: 'upstream'; readonly label: string }
export type LetterKind = keyof LetterModels

/** A mail decided: to whom, in which language, and about which account. */
export type Letter = {
  readonly [K in LetterKind]: {
    readonly kind: K
    readonly model: LetterModels[K]
    readonly to: string
    readonly language: Language
    readonly account: AccountId
  }
}[LetterKind]

export type Message = { readonly subject: string; readonly text: string; readonly html: string }
export type Compose = <K extends LetterKind>(kind: K, language: Language, model: LetterModels[K]) => Message
