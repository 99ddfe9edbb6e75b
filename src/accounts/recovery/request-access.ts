import type { Audit } from '../../audit/log.ts'
import { normaliseEmail } from '../../identity/email.ts'
import { linkAsked, type Outbox } from '../../mail/outbox.ts'
import { countNetwork, networkKey } from '../../protection/by-network.ts'
import { limits } from '../../protection/limits.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { JobStore, Language, ThrottleStore } from '../../stores/contracts.ts'
import type { Clock, Throttled } from '../needs.ts'
import type { Device } from '../sign-in/devices.ts'

export type AccessRequest = {
  /** 13 characters, parsed. */
  readonly nir: string
  /** Parsed. */
  readonly email: string
  readonly language: Language
  readonly serviceId?: string | undefined
  readonly network: string
  /** The browser's sealed list, opened; empty without a cookie. */
  readonly devices: readonly Device[]
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
  async (asked: AccessRequest): Promise<AccessOutcome> => {
    const { nir, email, language, serviceId, network, devices, request } = asked
    const now = clock()
    const { policy } = limits.recoveryNetwork
    const turn = await countNetwork({ throttles, lookup }, 'recoveryNetwork', network, policy, now)
    if (!turn.granted) return { kind: 'throttled', until: turn.until }

    await audit.record('recovery.requested', {}, request)
    const service = serviceId ? { serviceId } : {}
    const link = linkAsked(now, { network: networkKey(lookup, network) })
    await jobs.add([
      outbox.mail('access', { nir, email: normaliseEmail(email), language, devices, ...service, ...link }),
    ])
    return { kind: 'received' }
  }
