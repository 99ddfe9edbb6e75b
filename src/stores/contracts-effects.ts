/** What is written with an act of any store. */
import type { AuditEvent } from '../audit/events.ts'

/** 128 random bits, base64url (22 characters). Says nothing about the person; never sent to a service. */
export type AccountId = string

export type JobQueue = 'mail' | 'backchannelLogout'
/** Work to do after the request: `sealed` says what (protection/vault.ts), `kind` is a code without personal data. */
export type NewJob = {
  readonly id: string
  readonly queue: JobQueue
  readonly kind: string
  readonly sealed: string
  readonly dueAt: Date
  readonly expiresAt: Date
}

/** Written with the act, in one transaction where the store has them, else before it as an intent. */
export type Effects = { readonly events?: readonly AuditEvent[]; readonly jobs?: readonly NewJob[] }
