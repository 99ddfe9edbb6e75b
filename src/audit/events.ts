/**
 * The catalogue of audit events. Details are codes, counts and random ids: never personal data, nor anything that was typed.
 * `account` and `service` are ids; `actor` is who did it when it is not the person themself.
 */
export type AuditEvents = {
  'signUp.requested': { readonly account: string; readonly service?: string }
  'signUp.addressCorrected': { readonly account: string }
  'signUp.refused': { readonly reason: 'challenge' | 'throttled' }
  'activation.done': { readonly account: string; readonly proof: 'browser' | 'password' }
  'activation.refused': {
    readonly account: string
    readonly reason: 'password' | 'voided' | 'held' | 'tooManyNumbers' | 'contested'
  }
  'activation.disowned': { readonly account: string }
  /** `upstream`: by a provider that vouched for the person, else by a password. */
  'signIn.succeeded': {
    readonly account: string
    readonly service?: string
    readonly newDevice: boolean
    readonly upstream?: string
  }
  'signIn.refused': {
    readonly account?: string
    readonly reason: 'unknown' | 'password' | 'suspended' | 'throttled' | 'network'
  }
  /** An account opened at once, from what an upstream provider vouched for. */
  'signUp.federated': { readonly account: string; readonly upstream: string; readonly service?: string }
  'identity.linked': { readonly account: string; readonly upstream: string }
  'identity.unlinked': { readonly account: string; readonly upstream: string; readonly by: 'person' | 'undo' }
  /** The civil status sent differs from the one sent before: the names of its claims. */
  'identity.changed': { readonly account: string; readonly upstream: string; readonly claims: readonly string[] }
  'identity.refused': {
    readonly account?: string
    readonly upstream: string
    readonly reason: 'contradicts' | 'held' | 'numberHeld' | 'tooManyNumbers'
  }
  /** What an upstream sent is not to be trusted: nobody was signed in by it. */
  'identity.unverified': {
    readonly upstream: string
    readonly why:
      | 'upstream'
      | 'state'
      | 'iss'
      | 'nonce'
      | 'aud'
      | 'sub'
      | 'acr'
      | 'time'
      | 'signature'
      | 'encryption'
      | 'unsignedUserinfo'
      | 'malformed'
      | 'claims'
  }
  'case.opened': { readonly case: string; readonly claimant: string; readonly holder: string }
  'case.shown': { readonly case: string; readonly actor: string; readonly reason: string }
  'case.answered': { readonly case: string; readonly account: string; readonly says: 'wasMe' | 'wasNotMe' }
  'case.decided': {
    readonly case: string
    readonly verdict: 'samePerson' | 'numberMoves' | 'keep' | 'closeBoth'
    readonly actor: string
    readonly reason: string
  }
  'case.confirmed': { readonly case: string; readonly actor: string; readonly reason: string }
  'case.undone': { readonly case: string; readonly actor: string; readonly reason: string }
  'case.closed': {
    readonly case: string
    readonly as: 'samePerson' | 'numberMoves' | 'keep' | 'closeBoth' | 'settled' | 'abandoned' | 'numberTaken'
  }
  /** By the decision of a case. */
  'account.handedOver': { readonly account: string; readonly case: string }
  'account.numberMoved': { readonly account: string; readonly case: string }
  'account.closed': { readonly account: string; readonly case: string }
  'email.confirmed': { readonly account: string }
  'email.changed': { readonly account: string }
  'terms.accepted': { readonly account: string; readonly version: string }
  'password.rehashed': { readonly account: string }
  'password.changed': { readonly account: string; readonly by: 'recovery' | 'person' }
  'recovery.requested': { readonly account?: string }
  'mail.sent': { readonly kind: string; readonly account?: string }
  'mail.dropped': { readonly kind: string; readonly reason: 'limit' | 'unknown' | 'expired' | 'rejected' }
  'consent.given': { readonly account: string; readonly service: string; readonly scopes: readonly string[] }
  'consent.denied': { readonly account: string; readonly service: string }
  'consent.withdrawn': { readonly account: string; readonly service: string }
  'session.ended': { readonly account: string; readonly by: 'person' | 'service' | 'recovery' | 'agent' | 'expiry' }
  'logout.notified': { readonly service: string; readonly outcome: 'delivered' | 'gaveUp' }
  'token.replayed': { readonly service: string; readonly kind: 'code' | 'refreshToken' }
  'service.added': { readonly service: string; readonly actor: string }
  'service.changed': {
    readonly service: string
    readonly actor: string
    readonly change: 'metadata' | 'secret' | 'disabled' | 'enabled'
  }
  'service.removed': { readonly service: string; readonly actor: string }
  'account.shown': { readonly account: string; readonly actor: string; readonly reason: string }
  'account.suspended': { readonly account: string; readonly actor: string; readonly reason: string }
  'account.resumed': { readonly account: string; readonly actor: string; readonly reason: string }
  'account.numberReleased': { readonly account: string; readonly actor: string; readonly reason: string }
  'account.sessionsEnded': { readonly account: string; readonly actor: string; readonly reason: string }
  'account.purged': { readonly count: number }
  'store.copied': {
    readonly from: 'embedded' | 'mongo'
    readonly to: 'embedded' | 'mongo'
    readonly actor: string
  }
  'account.resealed': { readonly count: number; readonly actor: string }
}

export type AuditEventName = keyof AuditEvents

/** One event of the catalogue, ready to be written. */
export type AuditEvent = {
  readonly [N in AuditEventName]: {
    readonly name: N
    readonly details: AuditEvents[N]
    readonly at: Date
    readonly request?: string
  }
}[AuditEventName]
