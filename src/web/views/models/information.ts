import type { TextKey } from '../texts.ts'
import type { Wait } from './common.ts'

export type HomeModel = { readonly signUpHref: string; readonly signInHref: string }

/** `source` is the operator's own text, in its simple markup. */
export type HelpModel = {
  readonly signInHref: string
  readonly recoveryHref: string
  readonly resendHref: string
  readonly source: string
  readonly sourceLanguage: 'fr' | 'en'
}

/** A text of the operator, in its simple markup (prose.ts). `lang` when it exists in the other language only. */
export type ProseModel = {
  readonly kind: 'terms' | 'privacy' | 'legal' | 'accessibility'
  readonly source: string
  readonly sourceLanguage: 'fr' | 'en'
  readonly version?: string | undefined
}

type NamedIn<Key> = Key extends `error.${infer Name}.title` ? Name : never
/** The errors that the locales describe. */
export type ErrorKey = NamedIn<TextKey>

export type ErrorAction =
  | 'retry'
  | 'restart'
  | 'home'
  | 'signIn'
  | 'signInOtherwise'
  | 'returnToService'
  | 'serviceSite'
  | 'newLink'

export type ErrorModel = {
  /** The stable code of the catalogue, for instance INTERACTION_EXPIRED. */
  readonly code: string
  readonly key: ErrorKey
  /** Named by service errors when common.service is not known. */
  readonly serviceName?: string | undefined
  /** The upstream that the error is about. */
  readonly label?: string | undefined
  readonly wait?: Wait | undefined
  /** Where actions lead; those without an address here nor by default (retry, home, signIn, returnToService) are left out. */
  readonly hrefs?: Readonly<Partial<Record<ErrorAction, string>>> | undefined
}
