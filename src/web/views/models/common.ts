import type { TextKey } from '../texts.ts'

export type Language = 'fr' | 'en'

/** What every page is given besides its own model. */
export type Common = {
  readonly language: Language
  /** The page's own path: where its form posts to, where « Réessayer » and the language control lead. Never a query. */
  readonly path: string
  /** The service that the person came from, while it is known; `returnHref` is the way back (access_denied). */
  readonly service?:
    | {
        readonly name: string
        readonly returnHref?: string | undefined
        /** Guichet itself: nobody needs to be told that they are going there. */
        readonly own?: boolean
      }
    | undefined
  readonly signedIn: boolean
  /** It answers a form: its place in the browser's history holds what was sent, and must forget it. */
  readonly posted?: boolean
  /** Hidden field `_token` of every form. */
  readonly formToken?: string | undefined
  /** The id that the logs carry, shown on error pages. */
  readonly requestId: string
  /** Shows « Mon compte » once that page exists. */
  readonly accountHref?: string | undefined
  /** « Se déconnecter »; PATHS.signOut by default. */
  readonly signOutHref?: string | undefined
  /** Where the language control leads on a page without a form; `{path}?lang={other}` by default. */
  readonly languageHref?: string | undefined
}

/** What the operator says of itself; the same on every page. */
export type Site = {
  readonly name: string
  readonly operator: string
  /** An e-mail address, an https address (both become links) or any short text. */
  readonly contact: string
  readonly accessibility: 'non' | 'partiellement' | 'totalement'
  /** The host that cookies belong to, shown when they are switched off. */
  readonly host: string
  /** Why data may be collected; a public-interest mission when absent. */
  readonly legalBasis?: { readonly fr: string; readonly en: string } | undefined
}

/** A value's problem, shown above its field and in the summary. `missing` fills « Il manque à votre mot de passe ». */
export type Fault<Field extends string = string> = {
  readonly field: Field
  readonly key: FaultKey
  readonly params?: Readonly<Record<string, string | number>> | undefined
  readonly missing?: readonly PasswordRule[] | undefined
}

export type FaultKey = Extract<TextKey, `fault.${string}`>
export type PasswordRule = 'length' | 'lower' | 'upper' | 'digit'
export type Option = { readonly value: string; readonly label: string }
export type OptionGroup = { readonly label: string; readonly options: readonly Option[] }

/** An upstream provider offered on sign-in and sign-up; FranceConnect's looks are its own. */
export type Upstream = {
  readonly id: string
  readonly kind: 'franceconnect' | 'franceconnect+' | 'oidc'
  /** Its name. */
  readonly label: string
  readonly href: string
}

/** A wait, said as a duration and, when known, as an hour. */
export type Wait = { readonly seconds: number; readonly until?: Date | undefined }

/** Drawn or spoken control against robots, as the form shows it. Radios and the audio's field are named `challenge`. */
export type ChallengeView =
  | { readonly kind: 'none' }
  | { readonly kind: 'passed' }
  | {
      readonly kind: 'picture'
      readonly id: string
      /** The name of the object to click, in the page's language. */
      readonly object: string
      readonly pictures: readonly { readonly value: string; readonly href: string }[]
      readonly round?: { readonly current: number; readonly total: number } | undefined
    }
  | { readonly kind: 'audio'; readonly id: string; readonly audioHref: string }
  | { readonly kind: 'tooMany'; readonly wait: Wait }
