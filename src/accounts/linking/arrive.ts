import type { Audit } from '../../audit/log.ts'
import type { PersonalData } from '../../identity/person.ts'
import { pivotDifferences } from '../../identity/pivot-identity.ts'
import type { Outbox } from '../../mail/outbox.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountRecord, AccountStore } from '../../stores/contracts.ts'
import { untilSettled } from '../attempts.ts'
import type { Settle } from '../cases/settle.ts'
import type { Clock } from '../needs.ts'
import { openPerson } from '../person.ts'
import { type Device, deviceOf, rememberDevice } from '../sign-in/devices.ts'
import { type Arrival, methodsOf, verifiedOf } from './arrival.ts'

export type ArriveRequest = {
  readonly arrival: Arrival
  readonly devices: readonly Device[]
  readonly serviceId?: string | undefined
  readonly request: string
}

export type Arrived = {
  readonly kind: 'signedIn'
  readonly accountId: AccountId
  readonly acr: string
  readonly amr: readonly string[]
  /** When the upstream vouched: a change of the account made since ends this session. */
  readonly at: Date
  readonly devices: readonly Device[]
}

export type ArriveOutcome =
  | Arrived
  /** No account holds this identity. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'suspended' }

export type ArriveNeeds = {
  readonly accounts: Pick<AccountStore, 'findByIdentity' | 'change'>
  readonly settle: Settle
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly outbox: Outbox
  readonly audit: Audit
  readonly clock: Clock
}

/**
 * Signs in whom an upstream has vouched for, by the identity that an account holds, and by nothing else. What is known of their
 * civil status is refreshed; that it differs is audited, by the names of the claims alone.
 */
export const makeArrive = ({ accounts, settle, envelope, lookup, outbox, audit, clock }: ArriveNeeds) => {
  const refreshed = async (account: AccountRecord, arrival: Arrival) => {
    const person = await openPerson(envelope, account)
    const former = person.verified?.identity
    const claims = former ? pivotDifferences(former, arrival.identity) : []
    const verified = verifiedOf(arrival)
    const data: PersonalData = { ...person, verified }
    return { claims, sealed: await envelope.seal(account.id, data) }
  }

  const arrive = async (asked: ArriveRequest): Promise<ArriveOutcome | 'again'> => {
    const { arrival, devices, serviceId, request } = asked
    const account = await accounts.findByIdentity(lookup.identity(arrival.issuer, arrival.sub))
    if (!account) return { kind: 'unknown' }
    const { id } = account
    if (account.status !== 'active') {
      await audit.record('signIn.refused', { account: id, reason: 'suspended' }, request)
      return { kind: 'suspended' }
    }
    const at = clock()
    const newDevice = deviceOf(devices, id) === undefined
    const { claims, sealed } = await refreshed(account, arrival)
    const { upstream } = arrival
    const changed = await accounts.change(
      id,
      account.version,
      { sealed },
      {
        events: [
          ...(claims.length > 0 ? [audit.event('identity.changed', { account: id, upstream, claims }, request)] : []),
          audit.event(
            'signIn.succeeded',
            { account: id, ...(serviceId ? { service: serviceId } : {}), newDevice, upstream },
            request,
          ),
        ],
        jobs: newDevice ? [outbox.mail('newDevice', { accountId: id, at: at.toISOString() })] : [],
      },
    )
    if (changed !== 'changed') return 'again'
    await settle.settle(account, arrival, request)
    return {
      kind: 'signedIn',
      accountId: id,
      acr: arrival.acr,
      amr: methodsOf(arrival),
      at,
      devices: rememberDevice(devices, id),
    }
  }

  return (asked: ArriveRequest): Promise<ArriveOutcome> => untilSettled(() => arrive(asked))
}
