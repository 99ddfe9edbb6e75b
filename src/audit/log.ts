import type { AuditStore } from '../stores/contracts.ts'
import type { AuditEvent, AuditEventName, AuditEvents } from './events.ts'

export type Audit = {
  /** Writes one event by itself: for what changes nothing else. */
  record<N extends AuditEventName>(name: N, details: AuditEvents[N], request?: string): Promise<void>
  /** Makes an event for the `effects` of a store's act, so that both are written or neither. */
  event<N extends AuditEventName>(name: N, details: AuditEvents[N], request?: string): AuditEvent
}

export const makeAudit = (needs: { readonly store: Pick<AuditStore, 'append'>; readonly clock: () => Date }): Audit => {
  const event = <N extends AuditEventName>(name: N, details: AuditEvents[N], request?: string): AuditEvent =>
    // TypeScript cannot see that a name and its own details make one member of the union.
    ({ name, details, at: needs.clock(), ...(request !== undefined && { request }) }) as AuditEvent

  return {
    event,
    record: (name, details, request) => needs.store.append([event(name, details, request)]),
  }
}
