/** A form of a journey, sent twice at once: what its person may be answered, and what must have been done once. */
import type { AuditEventName } from '../../../../src/audit/events.ts'
import type { Page, Visitor } from '../../../../test/support/visitor.ts'
import type { ProvedService } from '../../world/service.ts'
import type { World } from '../../world/world.ts'
import type { Receiver } from '../sessions/receiver.ts'

export type Stage = {
  readonly world: World
  /** A service of the operator's, and one that asks for consent. */
  readonly own: ProvedService
  readonly other: ProvedService
  /** Services of the operator's that are told when a session ends, and where they are. */
  readonly told: readonly ProvedService[]
  readonly receiver: Receiver
  /** A new person's browser. */
  browser(): Visitor
  /** The mail to this address that fits, waited for. */
  mailTo: World['mailTo']
}

export type Ready = {
  readonly browser: Visitor
  readonly page: Page
  readonly typed: { readonly [name: string]: string }
  /** A control of the form, by its name or id. */
  readonly holding: string
  /** What each of the two clicks may lead to: the beginning of a heading, or of an address of the service's. */
  readonly leadsTo: string
  /** The event of the deed: one more of this account, or of anybody. */
  readonly event?: { readonly name: AuditEventName; readonly account?: string }
  /** What each service knows the session by: each is told once that it ended. */
  readonly sids?: readonly string[]
  /** Mails to this address that the deed sends. */
  readonly mail?: { readonly to: string; readonly fits: (subject: string) => boolean }
}

export type Form = { readonly name: string; readonly prepare: (stage: Stage) => Promise<Ready> }
