/** What an administrator does with services. Every outcome that is expected is told; a fault throws. */
import type { AuditEvents } from '../audit/events.ts'
import type { Audit } from '../audit/log.ts'
import type { Effects, ServiceRecord, ServiceSecret, ServiceStore } from '../stores/contracts.ts'
import { fault, type ServiceFault } from './faults.ts'
import { parseRegistration } from './registration.ts'
import type { ServiceRequest } from './request.ts'
import { requestOf } from './request-of.ts'
import { hashSecret, newSecret, newServiceId, rotate } from './secrets.ts'

export type { ServiceFault, ServiceField } from './faults.ts'
export type { ServiceRequest } from './request.ts'

/** The service that Guichet itself is: never registered, never changed. */
export const OWN_SERVICE_ID = 'guichet'
const LONGEST_FORMER_SECONDS = 90 * 24 * 3600

export type ServicesNeeds = {
  readonly services: ServiceStore
  readonly audit: Pick<Audit, 'event'>
  readonly clock: () => Date
  /** Ends what the service holds: grants, codes and tokens (ArtefactStore.endService). */
  readonly endService: (serviceId: string) => Promise<void>
}

export type Refused = { readonly kind: 'refused'; readonly faults: readonly ServiceFault[] }
export type Gone = { readonly kind: 'gone' }
export type Added = { readonly kind: 'added'; readonly service: ServiceRecord; readonly secret?: string }
export type Changed = { readonly kind: 'changed'; readonly service: ServiceRecord; readonly secret?: string }
export type Rotated = {
  readonly kind: 'rotated'
  readonly service: ServiceRecord
  readonly secret: string
  /** Until when the former secret is still taken; undefined: it is not. */
  readonly formerUntil: Date | undefined
}
export type AddServiceRequest = ServiceRequest & {
  /** Default: 128 random bits. */
  readonly id?: string
}
/** `undefined` takes an optional member away. */
export type ServiceChanges = { readonly [K in keyof ServiceRequest]?: ServiceRequest[K] | undefined }

export type Services = {
  /** `secret` is shown once: its hash alone is kept. None for a public service or one with keys of its own. */
  add(asked: AddServiceRequest, actor: string): Promise<Added | Refused>
  change(id: string, changes: ServiceChanges, actor: string): Promise<Changed | Refused | Gone>
  /** The former secret stays valid for `keepFormerSeconds` (90 days at most). */
  rotateSecret(id: string, keepFormerSeconds: number, actor: string): Promise<Rotated | Refused | Gone>
  /** Its tokens are refused from now on, and ended. */
  disable(id: string, actor: string): Promise<Changed | Gone>
  enable(id: string, actor: string): Promise<Changed | Gone>
  remove(id: string, actor: string): Promise<{ readonly kind: 'removed' } | Gone>
  list(): Promise<readonly ServiceRecord[]>
  show(id: string): Promise<ServiceRecord | undefined>
}

const isId = (id: string): boolean => /^[A-Za-z0-9._~-]{3,64}$/.test(id)

const idFaults = (id: string | undefined): readonly ServiceFault[] => {
  if (id === undefined || (isId(id) && id !== OWN_SERVICE_ID)) return []
  return fault('id', 'format', `3 to 64 letters, digits or . _ ~ -, and not ${OWN_SERVICE_ID}`, id)
}

/** A public service made confidential, or the reverse, takes the way of authenticating that goes with it. */
const settledElsewhere = (changes: ServiceChanges): ServiceChanges => ({
  ...('public' in changes && { authMethod: undefined }),
  ...('authMethod' in changes && { public: undefined }),
})

/** What a service would be asked for with these changes: everything is checked anew. */
const changed = (service: ServiceRecord, changes: ServiceChanges): ServiceRequest => {
  const before = requestOf(service.metadata, service.sector, service.firstParty)
  const laid: ServiceChanges = { ...before, ...settledElsewhere(changes), ...changes }
  const given = Object.fromEntries(Object.entries(laid).filter(([, value]) => value !== undefined))
  return { name: before.name, redirectUris: before.redirectUris, ...given }
}

export const makeServices = ({ services, audit, clock, endService }: ServicesNeeds): Services => {
  /** Reads, makes the next one of it, and writes; again when somebody else changed it meanwhile. */
  const update = async <Made>(
    id: string,
    next: (service: ServiceRecord) => {
      readonly service: ServiceRecord
      readonly effects: Effects
      readonly made: Made
    },
  ): Promise<{ readonly service: ServiceRecord; readonly made: Made } | undefined> => {
    for (;;) {
      const found = await services.find(id)
      if (!found) return undefined
      const { service, effects, made } = next(found)
      const outcome = await services.change(service, found.version, effects)
      if (outcome === 'changed') return { service, made }
      if (outcome === 'gone') return undefined
    }
  }

  const told = (service: string, actor: string, change: AuditEvents['service.changed']['change']): Effects => ({
    events: [audit.event('service.changed', { service, actor, change })],
  })

  const switchTo = async (id: string, status: ServiceRecord['status'], actor: string): Promise<Changed | Gone> => {
    const change = status === 'active' ? 'enabled' : 'disabled'
    const done = await update(id, found => ({
      service: { ...found, status, version: found.version + 1, updatedAt: clock() },
      effects: told(id, actor, change),
      made: undefined,
    }))
    return done ? { kind: 'changed', service: done.service } : { kind: 'gone' }
  }

  const firstSecret = (needed: boolean, now: Date): { secret?: string; secrets: readonly ServiceSecret[] } => {
    if (!needed) return { secrets: [] }
    const secret = newSecret()
    return { secret, secrets: [{ hash: hashSecret(secret), createdAt: now }] }
  }

  return {
    async add({ id: givenId, ...asked }, actor) {
      const id = givenId ?? newServiceId()
      const parsed = parseRegistration(asked, id)
      const faults = [...idFaults(givenId), ...(parsed.ok ? [] : parsed.faults)]
      if (!parsed.ok || faults.length > 0) return { kind: 'refused', faults }

      const { metadata, sector, firstParty, needsSecret } = parsed.registration
      const now = clock()
      const { secret, secrets } = firstSecret(needsSecret, now)
      const service: ServiceRecord = {
        id,
        version: 1,
        status: 'active',
        firstParty,
        metadata,
        sector,
        secrets,
        createdAt: now,
        updatedAt: now,
      }
      const outcome = await services.add(service, { events: [audit.event('service.added', { service: id, actor })] })
      if (outcome === 'exists') {
        return { kind: 'refused', faults: fault('id', 'conflict', 'an identifier that no service has', id) }
      }
      return { kind: 'added', service, ...(secret !== undefined && { secret }) }
    },

    async change(id, changes, actor) {
      const found = await services.find(id)
      if (!found) return { kind: 'gone' }
      if (changes.sector !== undefined && changes.sector.toLowerCase() !== found.sector) {
        return {
          kind: 'refused',
          faults: fault('sector', 'forbidden', 'the sector as it is: people would change subject'),
        }
      }
      const parsed = parseRegistration(changed(found, changes), id)
      if (!parsed.ok) return { kind: 'refused', faults: parsed.faults }

      const done = await update(id, current => {
        const again = parseRegistration(changed(current, changes), id)
        const registration = again.ok ? again.registration : parsed.registration
        const now = clock()
        const needed = registration.needsSecret && current.secrets.length === 0
        const { secret, secrets } = firstSecret(needed, now)
        return {
          service: {
            ...current,
            metadata: registration.metadata,
            firstParty: registration.firstParty,
            secrets: registration.needsSecret ? (needed ? secrets : current.secrets) : [],
            version: current.version + 1,
            updatedAt: now,
          },
          effects: told(id, actor, 'metadata'),
          made: secret,
        }
      })
      if (!done) return { kind: 'gone' }
      return { kind: 'changed', service: done.service, ...(done.made !== undefined && { secret: done.made }) }
    },

    async rotateSecret(id, keepFormerSeconds, actor) {
      if (!Number.isInteger(keepFormerSeconds) || keepFormerSeconds < 0 || keepFormerSeconds > LONGEST_FORMER_SECONDS) {
        return { kind: 'refused', faults: fault('keepFormerSeconds', 'format', 'a duration of 90 days at most') }
      }
      const found = await services.find(id)
      if (!found) return { kind: 'gone' }
      const method = String(found.metadata.token_endpoint_auth_method)
      if (!method.startsWith('client_secret')) {
        return {
          kind: 'refused',
          faults: fault('authMethod', 'conflict', 'a service that authenticates with a secret', method),
        }
      }
      const secret = newSecret()
      const done = await update(id, current => {
        const now = clock()
        const secrets = rotate(current.secrets, hashSecret(secret), now, keepFormerSeconds)
        return {
          service: { ...current, secrets, version: current.version + 1, updatedAt: now },
          effects: told(id, actor, 'secret'),
          made: secrets[1]?.expiresAt,
        }
      })
      return done ? { kind: 'rotated', service: done.service, secret, formerUntil: done.made } : { kind: 'gone' }
    },

    async disable(id, actor) {
      const outcome = await switchTo(id, 'disabled', actor)
      if (outcome.kind === 'changed') await endService(id)
      return outcome
    },

    enable: (id, actor) => switchTo(id, 'active', actor),

    async remove(id, actor) {
      const outcome = await services.remove(id, { events: [audit.event('service.removed', { service: id, actor })] })
      if (outcome === 'gone') return { kind: 'gone' }
      await endService(id)
      return { kind: 'removed' }
    },

    list: () => services.list(),
    show: id => services.find(id),
  }
}
