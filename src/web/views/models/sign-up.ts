import type { ChallengeView, Fault, Option, OptionGroup, Upstream, Wait } from './common.ts'

export type SignUpTextField =
  | 'birthName'
  | 'nir'
  | 'nirKey'
  | 'landline'
  | 'mobile'
  | 'email'
  | 'emailConfirmation'
  | 'houseNumber'
  | 'repetitionIndex'
  | 'streetType'
  | 'streetName'
  | 'addressComplement'
  | 'locality'
  | 'postalCode'
  | 'city'
  /** Typed when `city` is OTHER_TOWN. */
  | 'cityOther'
  | 'addressLine1'
  | 'addressLine2'
  | 'addressLine3'
  | 'country'
  | 'diploma'

export type SignUpField = SignUpTextField | 'password' | 'passwordConfirmation' | 'challenge' | 'acceptTerms' | 'abroad'

/** The value of `city` that says « Ma ville n'est pas dans la liste ». */
export const OTHER_TOWN = 'autre'

export type Presence = 'required' | 'optional' | 'absent'

/** What the page tells before the form without it being a fault. */
export type SignUpNotice =
  | 'notice.movedToMobile'
  | 'notice.movedToLandline'
  | 'notice.formTooOld'
  | 'notice.requestExpired'
  | 'notice.townsFound'
  | 'notice.townsUnknown'

/** What everybody fills in, whoever vouches for them. */
export type DetailsModel = {
  readonly values: Readonly<Partial<Record<SignUpTextField, string>>>
  readonly abroad: boolean
  readonly acceptedTerms: boolean
  readonly faults: readonly Fault<SignUpField>[]
  readonly notices: readonly SignUpNotice[]
  readonly emailSuggestion?: string | undefined
  readonly presence: { readonly telephones: Presence; readonly address: Presence; readonly diploma: Presence }
  readonly options: {
    readonly repetitionIndexes: readonly Option[]
    readonly streetTypes: readonly Option[]
    readonly countries: readonly Option[]
    readonly diplomas: readonly (Option | OptionGroup)[]
  }
  /** The postcode's towns, when known: the town becomes a list. */
  readonly towns: readonly string[]
  /** A wait before the form may be sent again; the form stays filled. */
  readonly throttled?: Wait | undefined
  /** The postcode and town already questioned: sent again as they are, they are taken. */
  readonly townAsked?: string | undefined
}

export type SignUpModel = DetailsModel & {
  readonly upstreams: readonly Upstream[]
  readonly challenge: ChallengeView
  readonly signInHref: string
  /** Everybody signs up at once: try again in so many seconds. */
  readonly busySeconds?: number | undefined
}

/** The same for everybody. The address is the one typed. */
export type CheckMailboxModel = {
  readonly email: string
  readonly emailSuggestion?: string | undefined
  /** `again` after « Renvoyer le courriel », `corrected` after « Corriger l'adresse ». */
  readonly sent: 'first' | 'again' | 'corrected'
  /** Values and faults of « Corriger l'adresse » (fields email, emailConfirmation); opens it when there are any. */
  readonly correction: {
    readonly email: string
    readonly emailConfirmation: string
    readonly faults: readonly Fault<'email' | 'emailConfirmation'>[]
  }
  readonly throttled?: Wait | undefined
  readonly signInHref: string
}

/** Buttons: `activate` (main) and `disown` (« Je n'ai rien demandé »), both name="action". */
export type ActivationModel = {
  /** False in another browser than the sign-up's: the password is asked. */
  readonly sameBrowser: boolean
  readonly faults: readonly Fault<'password'>[]
  readonly throttled?: Wait | undefined
}

export type ActivatedModel = {
  /** On to the service (its interaction, its initiate_login_uri or its home page), or to sign-in. */
  readonly onwardHref: string
  readonly onward: 'service' | 'signIn'
}

export type ActivationErasedModel = { readonly homeHref: string }

export type CannotFinishModel = {
  readonly signInHref: string
  readonly recoveryHref: string
  readonly upstreams: readonly Upstream[]
}

export type LinkPurpose = 'activation' | 'recovery'
export type LinkExpiredModel = {
  /** Its time is over; a newer one was mailed; or too many different passwords were tried on it. */
  readonly reason: 'expired' | 'replaced' | 'voided'
  readonly lifetimeSeconds: number
  readonly newLinkHref: string
}
export type LinkUsedModel = {
  readonly purpose: LinkPurpose
  readonly signInHref: string
  readonly newLinkHref: string
}
export type LinkIncompleteModel = { readonly newLinkHref: string }
