/** What the use cases ask of protection/ and audit/, and the limits that they hold. */
import type { AuditEvent, AuditEventName, AuditEvents } from '../audit/events.ts'

export type Clock = () => Date

/** Password checks run with bounded concurrency; beyond the queue's bound the answer is « busy », and nothing was computed. */
export type Busy = { readonly kind: 'busy'; readonly retryAfterSeconds: number }

export type Passwords = {
  hash(password: string): Promise<{ readonly kind: 'hashed'; readonly hash: string } | Busy>
  /** Takes as long without a hash: a dummy one is verified. `stale`: the parameters have changed since. */
  verify(
    hash: string | undefined,
    password: string,
  ): Promise<{ readonly kind: 'verified'; readonly right: boolean; readonly stale: boolean } | Busy>
}

export type Audit = {
  /** An event to write with its act. */
  event<N extends AuditEventName>(name: N, details: AuditEvents[N], request?: string): AuditEvent
  record<N extends AuditEventName>(name: N, details: AuditEvents[N], request?: string): Promise<void>
}

export type Throttled = { readonly kind: 'throttled'; readonly until: Date }
