import type { CaseStanding } from '../../../accounts/cases/standing.ts'
import type { ChallengeView, Fault, Wait } from './common.ts'
import type { SignInModel } from './sign-in.ts'
import type { DetailsModel } from './sign-up.ts'

/** The civil status that an upstream sent, as the person reads it. */
export type IdentityShown = {
  readonly familyName: string
  readonly givenNames: string
  readonly usageName?: string | undefined
  readonly gender: 'male' | 'female' | 'unspecified'
  /** undefined where it is not a day of the calendar: shown as it was sent then. */
  readonly birthdate: Date | undefined
  readonly birthdateSent: string
  /** INSEE codes. */
  readonly birthplace?: string | undefined
  readonly birthcountry?: string | undefined
}

/** « Avez-vous déjà un compte ? »: radios named `answer`, of values yes, no and unknown. */
export type HaveAccountModel = {
  /** The upstream's name. */
  readonly label: string
  readonly identity: IdentityShown
  readonly faults: readonly Fault<'answer'>[]
}

/** « Je ne sais pas »: the number tells. */
export type NumberModel = {
  readonly label: string
  readonly values: { readonly nir?: string | undefined; readonly nirKey?: string | undefined }
  readonly faults: readonly Fault<'nir' | 'nirKey'>[]
  readonly throttled?: Wait | undefined
}

/** The account that stands, signed in to once. */
export type LinkAccountModel = Pick<SignInModel, 'values' | 'faults' | 'stop'> & {
  readonly label: string
  /** An account holds the number that was typed. */
  readonly found: boolean
  /** A link was asked for, to the address of that account. */
  readonly mailed: boolean
  readonly mailHref: string
  /** That account is of somebody else, says the upstream: nothing was linked. */
  readonly contradicts: boolean
  /** An agent is to decide about that account: nothing changes there meanwhile. */
  readonly frozen: boolean
  /** So many ask for its number that no agent is asked once more here. */
  readonly tooMany: boolean
  /** Where an agent is asked for. */
  readonly claimHref?: string | undefined
  readonly challenge: ChallengeView
  readonly recoveryHref: string
  readonly questionHref: string
}

/** The cases about the account that was just signed in to. */
export type CaseModel = { readonly cases: readonly CaseStanding[]; readonly answered: boolean }

/** What the upstream did not send. */
export type CompleteModel = DetailsModel & { readonly label: string; readonly identity: IdentityShown }

/** The button of a mailed link: confirms the address. */
export type ConfirmEmailModel = Record<string, never>
export type EmailConfirmedModel = { readonly onwardHref: string; readonly onward: 'service' | 'signIn' }

/** A link of a mail about an account, which is worth nothing any more. */
export type AccountLinkDeadModel = {
  readonly purpose: 'email' | 'undo' | 'move'
  readonly reason: 'expired' | 'replaced' | 'used' | 'voided' | 'incomplete'
  readonly lifetimeSeconds: number
  readonly signInHref: string
}

/** The button of a mailed link: on to the upstream, whose new identity then opens the account. */
export type MoveModel = Record<string, never>
/** Goes there by itself. */
export type ToUpstreamModel = { readonly href: string; readonly label: string }

/** The button of a mailed link: undoes the link of an identity. */
export type UndoLinkModel = Record<string, never>
export type LinkUndoneModel = {
  readonly outcome: 'undone' | 'lastWayIn' | 'none' | 'frozen'
  readonly signInHref: string
}

/** `/compte/connexions`. */
export type ConnectionsModel = {
  readonly hasPassword: boolean
  readonly identities: readonly {
    readonly upstream: string
    readonly label: string
    readonly linkedAt: Date
  }[]
  readonly notice?: 'unlinked' | 'lastWayIn' | 'emailSent' | undefined
  /** An agent is to decide about the account: none of this changes meanwhile. */
  readonly frozen: boolean
  readonly passwordHref: string
  readonly email: string
  readonly emailConfirmed: boolean
  /** Where it is changed, by whom an upstream vouches for. */
  readonly emailHref?: string | undefined
  readonly resendHref: string
}

/** Another address of one's own. */
export type OwnEmailModel = {
  readonly values: { readonly email: string; readonly emailConfirmation: string }
  readonly faults: readonly Fault<'email' | 'emailConfirmation'>[]
  readonly throttled?: Wait | undefined
  readonly formTooOld?: boolean | undefined
}

/** « Ne plus lier »: asked once more. */
export type UnlinkModel = { readonly label: string; readonly stayHref: string }
