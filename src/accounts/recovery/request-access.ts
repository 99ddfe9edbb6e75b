import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import { limits } from '../../protection/limits.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { JobStore, Language, ThrottleStore } from '../../stores/contracts.ts'
import type { Clock, Throttled } from '../needs.ts'

export type AccessRequest = {
  /** 13 characters, parsed. */
  readonly nir: string
  /** Parsed. */
  readonly email: string
  readonly language: Language
  readonly serviceId?: string | undefined
  readonly network: string
  readonly request: string
}

/** Throttled by network only: nothing in the answer depends on the number or the address. */
export type AccessOutcome = { readonly kind: 'received' } | Throttled

export type RequestAccessNeeds = {
  readonly jobs: Pick<JobStore, 'add'>
  readonly throttles: Pick<ThrottleStore, 'count'>
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

/**
 * « Mot de passe oublié » and « Recevoir à nouveau le courriel »: one code, one neutral answer. The worker decides whether a
 * mail leaves: a recovery link for the holder, the activation link for a pending account, else nothing.
 */
export const makeRequestAccess =
  ({ jobs, throttles, lookup, outbox, audit, clock }: RequestAccessNeeds) =>
  async ({ nir, email, language, serviceId, network, request }: AccessRequest): Promise<AccessOutcome> => {
    const now = clock()
    const key = lookup.throttleKey('network', network)
    const turn = await throttles.count('recoveryNetwork', key, limits.recoveryNetwork.policy, now)
    if (!turn.granted) return { kind: 'throttled', until: turn.until }

    await audit.record('recovery.requested', {}, request)
    const service = serviceId ? { serviceId } : {}
    await jobs.add([
      outbox.mail('access', { nir, email: normaliseEmail(email), language, ...service, ...linkAsked(now) }),
    ])
    return { kind: 'received' }
  }
