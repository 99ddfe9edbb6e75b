import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountStore, Language, NewJob, ThrottleStore } from '../../stores/contracts.ts'
import type { Letter } from '../letters.ts'
import type { Outbox } from '../outbox.ts'

/** Addresses that mails lead to, all of the issuer's origin. */
export type MailLinks = {
  activation(token: string): string
  recovery(token: string): string
  confirmEmail(token: string): string
  undo(token: string): string
  move(token: string): string
  readonly signIn: string
  readonly recoveryForm: string
}

export type DecisionNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'findHolder' | 'findClaims' | 'change'>
  readonly throttles: Pick<ThrottleStore, 'distinct'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly links: MailLinks
  readonly lifetimes: {
    readonly activationSeconds: number
    readonly recoverySeconds: number
    readonly confirmSeconds: number
  }
  /** An upstream's name, in the person's language; its id when it is configured no more. */
  readonly labelOf: (upstream: string, language: Language) => string
  readonly clock: () => Date
}

/** What becomes of a job. `jobs` are written when it is finished, whether a mail left or not. */
export type Decision =
  | { readonly kind: 'send'; readonly letter: Letter; readonly jobs?: readonly NewJob[] }
  | { readonly kind: 'drop'; readonly reason: 'limit' | 'unknown'; readonly jobs?: readonly NewJob[] }

export const dropped = (reason: 'limit' | 'unknown', jobs: readonly NewJob[] = []): Decision => ({
  kind: 'drop',
  reason,
  jobs,
})
