import { describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../src/audit/events.ts'
import { newServiceId, secretMatches } from '../../src/services/secrets.ts'
import { makeServices } from '../../src/services/services.ts'
import type { ServiceRecord, ServiceStore } from '../../src/stores/contracts.ts'

/** As the contract says, in memory: the real stores are held to the same by test/contract/. */
const aStore = (events: AuditEvent[]): ServiceStore => {
  const records = new Map<string, ServiceRecord>()
  return {
    add: async (service, effects) => {
      if (records.has(service.id)) return 'exists'
      records.set(service.id, service)
      events.push(...(effects.events ?? []))
      return 'added'
    },
    find: async id => records.get(id),
    list: async () => [...records.values()],
    change: async (service, expected, effects) => {
      const found = records.get(service.id)
      if (!found) return 'gone'
      if (found.version !== expected) return 'conflict'
      records.set(service.id, service)
      events.push(...(effects.events ?? []))
      return 'changed'
    },
    remove: async (id, effects) => {
      if (!records.delete(id)) return 'gone'
      events.push(...(effects.events ?? []))
      return 'removed'
    },
  }
}

const aHouse = () => {
  const events: AuditEvent[] = []
  const ended: string[] = []
  let now = new Date('2026-03-01T10:00:00Z')
  const clock = () => now
  const services = makeServices({
    services: aStore(events),
    audit: { event: (name, details) => ({ name, details, at: clock() }) as AuditEvent },
    clock,
    endService: async id => {
      ended.push(id)
    },
  })
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000)
  }
  const added = async (change: Partial<Parameters<typeof services.add>[0]> = {}) => {
    const outcome = await services.add(
      { name: 'Un service', redirectUris: ['https://service.example/cb'], ...change },
      'ops',
    )
    if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome.faults))
    return outcome
  }
  return { services, events, ended, clock, pass, added }
}

describe('the id of a service', () => {
  it('can be typed after a command: it never looks like an option', () => {
    for (let drawn = 0; drawn < 2000; drawn += 1) expect(newServiceId()).toMatch(/^\w[\w-]{21}$/)
  })
})

describe('services', () => {
  it('show a secret once, and keep nothing that gives it back', async () => {
    const { added, services, clock } = aHouse()
    const { service, secret } = await added()
    expect(Buffer.from(secret ?? '', 'base64url')).toHaveLength(32)
    const kept = await services.show(service.id)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(secretMatches(kept?.secrets ?? [], secret ?? '', clock())).toBe(true)
    expect(secretMatches(kept?.secrets ?? [], `${secret}x`, clock())).toBe(false)
  })

  it('have no secret when they are public or have keys of their own', async () => {
    const { added } = aHouse()
    expect((await added({ public: true })).secret).toBeUndefined()
    const jwksUri = 'https://service.example/jwks'
    expect((await added({ authMethod: 'private_key_jwt', jwksUri })).secret).toBeUndefined()
  })

  it('keep the former secret for the time that is stated, and no longer', async () => {
    const { added, services, clock, pass } = aHouse()
    const { service, secret = '' } = await added()
    const rotated = await services.rotateSecret(service.id, 3600, 'ops')
    if (rotated.kind !== 'rotated') throw new Error(rotated.kind)
    expect(rotated.formerUntil).toEqual(new Date('2026-03-01T11:00:00Z'))
    const stands = async (offered: string) =>
      secretMatches((await services.show(service.id))?.secrets ?? [], offered, clock())
    expect([await stands(secret), await stands(rotated.secret)]).toEqual([true, true])
    pass(3601)
    expect([await stands(secret), await stands(rotated.secret)]).toEqual([false, true])
  })

  it('drop the former secret at once when told so', async () => {
    const { added, services, clock } = aHouse()
    const { service, secret = '' } = await added()
    const rotated = await services.rotateSecret(service.id, 0, 'ops')
    expect(rotated).toMatchObject({ kind: 'rotated', formerUntil: undefined })
    expect(secretMatches((await services.show(service.id))?.secrets ?? [], secret, clock())).toBe(false)
  })

  it('refuse a rotation for who has no secret, or one that keeps the former for ever', async () => {
    const { added, services } = aHouse()
    const open = (await added({ public: true })).service.id
    expect(await services.rotateSecret(open, 60, 'ops')).toMatchObject({
      kind: 'refused',
      faults: [{ field: 'authMethod' }],
    })
    const { service } = await added()
    expect(await services.rotateSecret(service.id, 1e9, 'ops')).toMatchObject({ kind: 'refused' })
    expect(await services.rotateSecret('nobody', 60, 'ops')).toEqual({ kind: 'gone' })
  })

  it('change one thing and leave the rest', async () => {
    const { added, services } = aHouse()
    const { service } = await added({ homePage: 'https://service.example/', scopes: ['openid', 'email'] })
    const outcome = await services.change(service.id, { name: 'Autre nom', homePage: undefined }, 'ops')
    if (outcome.kind !== 'changed') throw new Error(JSON.stringify(outcome))
    const { client_uri: _gone, ...metadata } = service.metadata
    expect(outcome.service.metadata).toEqual({ ...metadata, client_name: 'Autre nom' })
    expect(outcome.service.secrets).toEqual(service.secrets)
    expect(outcome.service.version).toBe(2)
  })

  it('never change sector, for everybody would change subject', async () => {
    const { added, services } = aHouse()
    const { service } = await added()
    expect(await services.change(service.id, { sector: 'other.example' }, 'ops')).toMatchObject({
      kind: 'refused',
      faults: [{ field: 'sector', code: 'forbidden' }],
    })
    const moved = await services.change(
      service.id,
      { redirectUris: ['https://b.example/cb', 'https://c.example/cb'] },
      'ops',
    )
    expect(moved).toMatchObject({ kind: 'changed', service: { sector: 'service.example' } })
  })

  it('get a secret when they stop being public, and lose it when they become so', async () => {
    const { added, services } = aHouse()
    const { service } = await added({ public: true })
    const confidential = await services.change(service.id, { public: false }, 'ops')
    expect(confidential).toMatchObject({ kind: 'changed', secret: expect.any(String) })
    const open = await services.change(service.id, { public: true }, 'ops')
    expect(open).toMatchObject({ kind: 'changed', service: { secrets: [] } })
  })

  it('end what they hold when they are disabled or removed', async () => {
    const { added, services, ended } = aHouse()
    const { service } = await added()
    expect(await services.disable(service.id, 'ops')).toMatchObject({
      kind: 'changed',
      service: { status: 'disabled' },
    })
    expect(await services.enable(service.id, 'ops')).toMatchObject({ kind: 'changed', service: { status: 'active' } })
    expect(await services.remove(service.id, 'ops')).toEqual({ kind: 'removed' })
    expect(await services.remove(service.id, 'ops')).toEqual({ kind: 'gone' })
    expect(ended).toEqual([service.id, service.id])
  })

  it('refuse an id that is taken, reserved or odd', async () => {
    const { added, services } = aHouse()
    await added({ id: 'mon-service' })
    for (const id of ['mon-service', 'guichet', 'a b', '']) {
      const outcome = await services.add({ id, name: 'x', redirectUris: ['https://service.example/cb'] }, 'ops')
      expect(outcome).toMatchObject({ kind: 'refused', faults: [{ field: 'id' }] })
    }
  })

  it('leave a trace of each act, with who did it', async () => {
    const { added, services, events } = aHouse()
    const { service } = await added({ id: 'mon-service' })
    await services.change(service.id, { name: 'y' }, 'ops')
    await services.rotateSecret(service.id, 60, 'ops')
    await services.disable(service.id, 'ops')
    await services.enable(service.id, 'ops')
    await services.remove(service.id, 'ops')
    expect(events.map(({ name, details }) => [name, 'change' in details ? details.change : undefined])).toEqual([
      ['service.added', undefined],
      ['service.changed', 'metadata'],
      ['service.changed', 'secret'],
      ['service.changed', 'disabled'],
      ['service.changed', 'enabled'],
      ['service.removed', undefined],
    ])
    for (const { details } of events) expect(details).toMatchObject({ service: 'mon-service', actor: 'ops' })
  })
})
