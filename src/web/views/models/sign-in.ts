import type { ChallengeView, Fault, Upstream, Wait } from './common.ts'

export type SignInModel = {
  readonly upstreams: readonly Upstream[]
  /** False where the service asks for more than a password is worth. */
  readonly password: boolean
  readonly values: { readonly nir: string }
  readonly faults: readonly Fault<'nir' | 'password' | 'challenge'>[]
  /** What stopped the last try, said above the form; none on the first showing. */
  readonly stop?:
    | { readonly kind: 'refused' }
    /** The control against robots comes first: the try was not made. */
    | { readonly kind: 'challenge' }
    | { readonly kind: 'throttled'; readonly wait: Wait }
    | { readonly kind: 'busy'; readonly seconds: number }
    | { readonly kind: 'suspended' }
    | { readonly kind: 'formTooOld' }
    | { readonly kind: 'sessionEnded'; readonly seconds: number }
    | undefined
  readonly challenge: ChallengeView
  readonly signUpHref: string
  readonly recoveryHref: string
  readonly resendHref: string
}

/** Forgotten password, and « Recevoir à nouveau le courriel »: the same form. */
export type MailRequestModel = {
  readonly values: { readonly nir: string; readonly email: string }
  readonly faults: readonly Fault<'nir' | 'email' | 'challenge'>[]
  readonly challenge: ChallengeView
  readonly throttled?: Wait | undefined
  readonly formTooOld?: boolean | undefined
  readonly signInHref: string
}

export type MailRequestedModel = { readonly signInHref: string; readonly upstreams: readonly Upstream[] }

export type NewPasswordModel = {
  readonly faults: readonly Fault<'password' | 'passwordConfirmation'>[]
  readonly formTooOld?: boolean | undefined
}

export type PasswordChangedModel = { readonly signInHref: string }

/** One line of the consent list: what it is, and the person's value when it may be shown. */
export type ConsentItem = {
  readonly claim: ConsentClaim
  /** A gender by its code, a date as YYYY-MM-DD. */
  readonly value?: string | undefined
  readonly isNew?: boolean | undefined
}
export type ConsentClaim =
  | 'identifier'
  | 'familyName'
  | 'givenNames'
  | 'usageName'
  | 'gender'
  | 'birthdate'
  | 'birthplace'
  | 'email'
  | 'telephone'
  | 'address'
  | 'nir'
  | 'offline'

/** Buttons `allow` (main) and `deny`, both name="action". */
export type ConsentModel = {
  readonly serviceName: string
  readonly logoHref?: string | undefined
  /** What the service says it is for. */
  readonly purpose?: string | undefined
  readonly items: readonly ConsentItem[]
  /** What it will not get. */
  readonly withheld: readonly ConsentClaim[]
  readonly privacyHref?: string | undefined
}

/** Buttons `continue` (main) and `switch`, both name="action". `who` tells the account without its NIR. */
export type ContinueAsModel = { readonly who: string }

/** A new version of the terms: checkbox acceptTerms. */
export type AcceptTermsModel = {
  readonly version: string
  readonly since?: Date | undefined
  readonly faults: readonly Fault<'acceptTerms'>[]
}

/** The main button posts `logout=yes` with `fields`, the provider's own hidden fields; `stayHref` goes back without signing out. */
export type SignOutModel = {
  readonly action?: string | undefined
  readonly fields?: readonly { readonly name: string; readonly value: string }[] | undefined
  readonly stayHref: string
}

/** Signed out here; the upstream's own session is ended at `href`, where the page goes by itself. */
export type LeavingModel = { readonly href: string; readonly label: string }

export type SignedOutModel = { readonly returnHref?: string | undefined; readonly returnName?: string | undefined }
