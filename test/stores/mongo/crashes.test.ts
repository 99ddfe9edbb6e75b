import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../../src/audit/events.ts'
import { verifyAudit } from '../../../src/audit/verify.ts'
import { StoreAway } from '../../../src/stores/contracts.ts'
import type { MongoStores } from '../../../src/stores/mongo/open.ts'
import type { StepName } from '../../../src/stores/mongo/steps.ts'
import { anAuditChain } from '../../builders/keys.ts'
import { aCase, aConsent, aJob, aNirKey, anId, aPendingAccount, aService, later, noon } from '../../builders/records.ts'
import { anOpenAccount } from '../../contract/open-account.ts'
import { describeOnMongo } from './describe.ts'
import { aDatabase, emptied, openMongo, prepared } from './open-mongo.ts'
import { type Servers, startStandalone } from './servers.ts'
import { expectWholeAt } from './whole.ts'

class Died extends Error {
  override readonly name = 'Died'
}

const anEvent = (): AuditEvent => ({ name: 'account.purged', details: { count: 1 }, at: noon })
const someEffects = () => ({ events: [anEvent(), anEvent()], jobs: [aJob()] })

describeOnMongo('what a process leaves when it dies between two steps, on MongoDB', () => {
  let servers: Servers
  let url = ''
  let now = noon
  let all: MongoStores[] = []

  beforeAll(async () => {
    servers = await startStandalone()
    url = servers.url(aDatabase())
    await prepared(url)
  }, 60_000)
  afterAll(() => servers.stop())

  beforeEach(() => {
    now = noon
    all = []
  })
  afterEach(async () => {
    for (const stores of all) await stores.close()
    await emptied(url)
  })

  const open = async (step: (name: StepName) => Promise<void> | void = () => {}, patience = 10_000) => {
    const stores = await openMongo(url, () => now, { step, patience })
    all.push(stores)
    return stores
  }
  const dyingAt = (at: StepName) =>
    open(name => {
      if (name === at) throw new Died(at)
    })

  /** Stops once at a step until it is let go. */
  const pausingAt = async (at: StepName) => {
    const reached = Promise.withResolvers<void>()
    const going = Promise.withResolvers<void>()
    const stores = await open(async name => {
      if (name !== at) return
      reached.resolve()
      await going.promise
    })
    return { stores, reached: reached.promise, go: () => going.resolve() }
  }

  const swept = async (stores: MongoStores): Promise<void> => {
    now = new Date(now.getTime() + 61_000)
    await stores.sweep(now, 100)
    expect(await stores.sweep(now, 100)).toBe(0)
  }

  const expectWhole = (): Promise<void> => expectWholeAt(url)

  const expectOnce = async (stores: MongoStores): Promise<void> => {
    const segments = await stores.audit.segments()
    expect(segments.reduce((sum, { count }) => sum + count, 0)).toBe(2)
    expect(await stores.jobs.count('mail')).toBe(1)
    for await (const { verdict } of verifyAudit(stores.audit, [anAuditChain()]))
      expect(['intact', 'noCheckpoint']).toContain(verdict.kind)
  }

  const keys = () => [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
  const anActive = async (stores: MongoStores, nirKeys = keys()) => {
    const account = aPendingAccount({ nirKeys })
    await stores.accounts.create(account, {})
    expect(await stores.accounts.activate(account.id, 1, nirKeys, {}, {})).toBe('activated')
    return account
  }

  /** An act that is begun by one process, which dies at a step, and tried again by another one. */
  type Act = {
    readonly name: string
    readonly steps: readonly StepName[]
    /** Makes what the act needs; gives the act. Its outcomes: the first try's, or what a second one says of a first that was done. */
    arrange(stores: MongoStores): Promise<(stores: MongoStores) => Promise<unknown>>
    readonly outcomes: readonly unknown[]
  }

  const effects = someEffects()
  const acts: readonly Act[] = [
    {
      name: 'an activation',
      steps: ['number claimed', 'act written', 'effects brought'],
      async arrange(stores) {
        const account = aPendingAccount({ nirKeys: keys() })
        await stores.accounts.create(account, {})
        return ({ accounts }) => accounts.activate(account.id, 1, account.nirKeys, {}, effects)
      },
      outcomes: ['activated', 'alreadyActive'],
    },
    {
      name: 'a change',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const account = await anActive(stores)
        return ({ accounts }) => accounts.change(account.id, 2, { language: 'en' }, effects)
      },
      outcomes: ['conflict'],
    },
    {
      name: 'a release of a number',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const account = await anActive(stores)
        return ({ accounts }) => accounts.releaseNumber(account.id, noon, effects)
      },
      outcomes: ['gone'],
    },
    {
      name: 'an account opened',
      steps: ['act written', 'effects brought'],
      async arrange() {
        const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
        return ({ accounts }) => accounts.open(account, effects)
      },
      outcomes: ['exists'],
    },
    {
      name: 'a link',
      steps: ['identity claimed', 'act written', 'effects brought'],
      async arrange(stores) {
        const account = await anActive(stores)
        const identityKeys = keys()
        return ({ accounts }) => accounts.link(account.id, 2, identityKeys, {}, effects)
      },
      outcomes: ['linked', 'conflict'],
    },
    {
      name: 'a link undone',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const account = anOpenAccount()
        await stores.accounts.open(account, {})
        return ({ accounts }) => accounts.unlink(account.id, 1, account.identityKeys, {}, effects)
      },
      outcomes: ['conflict'],
    },
    {
      name: 'a number taken',
      steps: ['number claimed', 'act written', 'effects brought'],
      async arrange(stores) {
        const account = anOpenAccount({ nirKeys: [] })
        await stores.accounts.open(account, {})
        const nirKeys = [aNirKey()]
        return ({ accounts }) => accounts.takeNumber(account.id, 1, nirKeys, {}, effects)
      },
      outcomes: ['taken', 'conflict'],
    },
    {
      name: 'a number given up',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const account = anOpenAccount()
        await stores.accounts.open(account, {})
        return ({ accounts }) => accounts.giveUpNumber(account.id, 1, {}, effects)
      },
      outcomes: ['conflict'],
    },
    {
      name: 'a case',
      steps: ['act written', 'effects brought'],
      async arrange() {
        const one = aCase()
        return ({ cases }) => cases.add(one, effects)
      },
      outcomes: ['exists'],
    },
    {
      name: 'a change of a case',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const one = aCase()
        await stores.cases.add(one, {})
        return ({ cases }) => cases.change({ ...one, status: 'closed' }, 1, effects)
      },
      outcomes: ['conflict'],
    },
    {
      name: 'an erasure',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const account = aPendingAccount()
        await stores.accounts.create(account, {})
        return ({ accounts }) => accounts.erasePending(account.id, effects)
      },
      outcomes: ['gone'],
    },
    {
      name: 'a purge',
      steps: ['accounts marked', 'accounts erased', 'act written', 'effects brought'],
      async arrange(stores) {
        for (let nth = 0; nth < 3; nth += 1)
          await stores.accounts.create(aPendingAccount({ createdAt: later(-60) }), {})
        return ({ accounts }) => accounts.purgePending(noon, 10, () => effects)
      },
      outcomes: [0],
    },
    {
      name: 'a consent',
      steps: ['act written', 'effects brought'],
      async arrange() {
        const consent = aConsent()
        return async ({ consents }) =>
          (await consents.find(consent.accountId, consent.serviceId)) ?? consents.give(consent, effects)
      },
      outcomes: [expect.objectContaining({ scopes: ['openid'] })],
    },
    {
      name: 'a withdrawal',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const consent = aConsent()
        await stores.consents.give(consent, {})
        return ({ consents }) => consents.withdraw(consent.accountId, consent.serviceId, effects)
      },
      outcomes: ['none'],
    },
    {
      name: 'a removal of a service',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const service = aService()
        await stores.services.add(service, {})
        return ({ services }) => services.remove(service.id, effects)
      },
      outcomes: ['gone'],
    },
    {
      name: 'the end of a job',
      steps: ['act written', 'effects brought'],
      async arrange(stores) {
        const job = aJob()
        await stores.jobs.add([job])
        return ({ jobs }) => jobs.finish(job.id, effects)
      },
      outcomes: [undefined],
    },
  ]

  const deaths = acts.flatMap(act => act.steps.map(step => ({ act, step, title: `${act.name}, at « ${step} »` })))

  it.each(deaths)('is finished, with each event and job once: $title', async ({ act, step }) => {
    const alive = await open()
    const dying = await dyingAt(step)
    const tried = await act.arrange(alive)
    // letting go of what was brought is not awaited by the act
    if (step === 'effects brought') await tried(dying)
    else await expect(tried(dying)).rejects.toBeInstanceOf(Died)
    expect([...act.outcomes]).toContainEqual(await tried(alive))
    await swept(alive)
    if (act.name === 'a purge') await tried(alive)
    await swept(alive)
    await expectWhole()
    await expectOnce(alive)
  })

  it.each(['segment sealed', 'effect taken over'] as const)(
    'is finished by a third process when the one that finishes it dies too, at « %s »',
    async step => {
      const alive = await open()
      const account = aPendingAccount()
      await expect((await dyingAt('act written')).accounts.create(account, effects)).rejects.toBeInstanceOf(Died)
      now = later(60)
      await expect((await dyingAt(step)).sweep(now, 100)).rejects.toBeInstanceOf(Died)
      await swept(alive)
      await expectWhole()
      await expectOnce(alive)
    },
  )

  it('is not written again by a process that was only slow: its segment takes nothing more', async () => {
    const alive = await open()
    const slow = await pausingAt('act written')
    const creating = slow.stores.accounts.create(aPendingAccount(), effects)
    await slow.reached
    now = later(60)
    await alive.sweep(now, 100)
    await expectOnce(alive)
    slow.go()
    await creating
    await swept(alive)
    await expectWhole()
    await expectOnce(alive)
    await slow.stores.audit.append([anEvent()])
    expect((await alive.audit.segments()).map(({ count }) => count).sort()).toEqual([0, 1, 2])
  })

  it('is swept by several at once, and written once', async () => {
    const dying = await dyingAt('act written')
    const sweepers = [await open(), await open(), await open()] as const
    await expect(dying.accounts.create(aPendingAccount(), effects)).rejects.toBeInstanceOf(Died)
    now = later(60)
    await Promise.all(sweepers.map(stores => stores.sweep(now, 100)))
    await swept(sweepers[0])
    await expectWhole()
    await expectOnce(sweepers[0])
  })

  it('is too much for one account at some point: it takes no more until a sweep has finished what is there', async () => {
    const alive = await open()
    const dying = await dyingAt('act written')
    const account = aPendingAccount()
    await alive.accounts.create(account, {})
    const change = (stores: MongoStores, version: number) =>
      stores.accounts.change(account.id, version, { language: 'en' }, { jobs: [aJob()] })
    for (let version = 1; version <= 32; version += 1) await expect(change(dying, version)).rejects.toBeInstanceOf(Died)
    await expect(change(alive, 33)).rejects.toBeInstanceOf(StoreAway)
    expect(await change(alive, 32)).toBe('conflict')
    await swept(alive)
    expect(await change(alive, 33)).toBe('changed')
    expect(await alive.jobs.count('mail')).toBe(33)
  })

  it('is not swept while it may still be under way', async () => {
    const alive = await open()
    await expect((await dyingAt('act written')).accounts.create(aPendingAccount(), effects)).rejects.toBeInstanceOf(
      Died,
    )
    now = later(29)
    expect(await alive.sweep(now, 100)).toBe(0)
  })

  it('brings no job back that was done meanwhile', async () => {
    const alive = await open()
    await (await dyingAt('effects brought')).accounts.create(aPendingAccount(), effects)
    const [job] = await alive.jobs.lease('mail', noon, later(30), 10)
    await alive.jobs.finish(job?.id ?? '', {})
    await swept(alive)
    expect(await alive.jobs.count('mail')).toBe(0)
    await expectWhole()
    now = later(3 * 3600)
    expect(await alive.sweep(now, 100)).toBe(1)
  })

  it.each(['account staged', 'number claimed'] as const)(
    'is an import that is brought in again, at « %s »',
    async step => {
      const alive = await open()
      const account = aPendingAccount({ status: 'active', version: 4, nirKeys: keys() })
      await expect((await dyingAt(step)).accounts.import([account])).rejects.toBeInstanceOf(Died)
      expect(await alive.accounts.find(account.id)).toBeUndefined()
      expect(await alive.accounts.findHolder(account.nirKeys)).toBeUndefined()
      expect(await alive.accounts.count()).toBe(0)
      expect(await alive.accounts.import([account])).toEqual(['imported'])
      expect(await alive.accounts.findHolder(account.nirKeys)).toEqual(account)
      await expectWhole()
    },
  )

  it('is an import of many, of whom some are there, or claim one number: each is told apart, in order', async () => {
    const alive = await open()
    const there = await anActive(alive)
    const holders = Array.from({ length: 300 }, () => aPendingAccount({ status: 'active', nirKeys: keys() }))
    const [first] = holders
    const again = aPendingAccount({ status: 'suspended', nirKeys: first?.nirKeys ?? [] })
    const partly = aPendingAccount({ status: 'active', nirKeys: [aNirKey(), ...there.nirKeys] })
    const others = Array.from({ length: 300 }, () => aPendingAccount())
    const all = [again, ...holders, ...others, partly, there, aPendingAccount({ status: 'closed' })]
    await expect((await dyingAt('number claimed')).accounts.import(all)).rejects.toBeInstanceOf(Died)
    const outcomes = await alive.accounts.import(all)
    expect(outcomes.filter(outcome => outcome === 'imported')).toHaveLength(601)
    expect([outcomes[0], outcomes[1], outcomes[601], outcomes[602], outcomes[603]]).toEqual([
      'imported',
      'held',
      'held',
      'known',
      'imported',
    ])
    const [free] = partly.nirKeys
    await anActive(alive, free ? [free] : [])
    await expectWhole()
  })

  it('is an import that nobody brings in again: it goes, and its number is free', async () => {
    const alive = await open()
    const account = aPendingAccount({ status: 'active', nirKeys: keys() })
    await expect((await dyingAt('number claimed')).accounts.import([account])).rejects.toBeInstanceOf(Died)
    now = later(2 * 3600)
    await swept(alive)
    await anActive(alive, [...account.nirKeys])
    await expectWhole()
  })

  it.each(['number claimed', 'act written'] as const)('is an account put under newer keys, at « %s »', async step => {
    const alive = await open()
    const [older, newer] = [aNirKey(anId(), 'old'), aNirKey(anId(), 'new')]
    const account = await anActive(alive, [older])
    const anew = { id: account.id, version: 2, sealed: 'anew', nirKeys: [newer], emailKeys: [], identityKeys: [] }
    await expect((await dyingAt(step)).accounts.rekey([anew])).rejects.toBeInstanceOf(Died)
    for (const key of step === 'act written' ? [newer] : [older, newer])
      expect((await alive.accounts.findHolder([key]))?.id).toBe(account.id)
    const other = aPendingAccount({ nirKeys: [older, newer] })
    await alive.accounts.create(other, {})
    expect(await alive.accounts.activate(other.id, 1, other.nirKeys, {}, {})).toBe('held')
    expect(await alive.accounts.rekey([anew])).toEqual([step === 'act written' ? 'conflict' : 'changed'])
    await swept(alive)
    expect(await alive.accounts.findHolder([older])).toBeUndefined()
    expect((await alive.accounts.findHolder([newer]))?.id).toBe(account.id)
    await expectWhole()
  })

  describe('an account that an identity opens', () => {
    const aMoment = () => {
      now = new Date(now.getTime() + 2_001)
    }
    const steps = ['account staged', 'number claimed'] as const

    it.each(steps)('is not there when its process died at « %s »; tried again a moment later, it is', async step => {
      const alive = await open()
      const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
      await expect((await dyingAt(step)).accounts.open(account, effects)).rejects.toBeInstanceOf(Died)
      expect(await alive.accounts.find(account.id)).toBeUndefined()
      expect(await alive.accounts.findByIdentity(account.identityKeys)).toBeUndefined()
      expect(await alive.accounts.findHolder(account.nirKeys)).toBeUndefined()
      aMoment()
      expect(await alive.accounts.open(account, effects)).toBe('opened')
      expect((await alive.accounts.findByIdentity(account.identityKeys))?.id).toBe(account.id)
      expect((await alive.accounts.findHolder(account.nirKeys))?.id).toBe(account.id)
      await expectOnce(alive)
    })

    it.each(steps)('gives its number and identity to the same person’s next try, cut short at « %s »', async step => {
      const alive = await open()
      const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
      await expect((await dyingAt(step)).accounts.open(account, {})).rejects.toBeInstanceOf(Died)
      aMoment()
      const { nirKeys, identityKeys } = account
      const next = anOpenAccount({ nirKeys, identityKeys })
      expect(await alive.accounts.open(next, effects)).toBe('opened')
      expect((await alive.accounts.findByIdentity(identityKeys))?.id).toBe(next.id)
      expect((await alive.accounts.findHolder(nirKeys))?.id).toBe(next.id)
      await expectOnce(alive)
      await swept(alive)
      expect(await alive.accounts.count()).toBe(1)
    })

    it('is not opened by a step that comes late, once the same person’s next try took its place', async () => {
      const alive = await open()
      const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
      const slow = await pausingAt('number claimed')
      const late = slow.stores.accounts.open(account, effects)
      await slow.reached
      aMoment()
      const { nirKeys, identityKeys } = account
      const next = anOpenAccount({ nirKeys, identityKeys })
      expect(await alive.accounts.open(next, {})).toBe('opened')
      slow.go()
      expect(await late).toBe('identityHeld')
      expect(await alive.accounts.find(account.id)).toBeUndefined()
      expect((await alive.accounts.findHolder(nirKeys))?.id).toBe(next.id)
      expect(await alive.jobs.count('mail')).toBe(0)
    })

    it.each(steps)(
      'is not opened by a step that comes late, at « %s », of a try tried again with its id',
      async step => {
        const alive = await open()
        const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
        const slow = await pausingAt(step)
        const late = slow.stores.accounts.open(account, effects)
        await slow.reached
        aMoment()
        expect(await alive.accounts.open(account, effects)).toBe('opened')
        slow.go()
        expect(await late).toBe('exists')
        await swept(alive)
        await expectWhole()
        await expectOnce(alive)
      },
    )

    it('leaves its number to whoever has another identity, once the same person’s next try took its place', async () => {
      const alive = await open()
      const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
      await expect((await dyingAt('number claimed')).accounts.open(account, {})).rejects.toBeInstanceOf(Died)
      aMoment()
      const { nirKeys, identityKeys } = account
      expect(await alive.accounts.open(anOpenAccount({ identityKeys }), {})).toBe('opened')
      expect(await alive.accounts.open(anOpenAccount({ nirKeys }), {})).toBe('opened')
      await swept(alive)
      await expectWhole()
      expect(await alive.accounts.count()).toBe(2)
    })

    it('leaves its number to a pending account after a quarter of an hour, and is then told that it is held', async () => {
      const alive = await open()
      const nirKeys = keys()
      const [account, pending] = [anOpenAccount({ nirKeys }), aPendingAccount({ nirKeys })]
      await alive.accounts.create(pending, {})
      const slow = await pausingAt('number claimed')
      const late = slow.stores.accounts.open(account, effects)
      await slow.reached
      now = later(15 * 60)
      expect(await alive.accounts.activate(pending.id, 1, nirKeys, {}, {})).toBe('activated')
      slow.go()
      expect(await late).toBe('numberHeld')
      expect((await alive.accounts.findHolder(nirKeys))?.id).toBe(pending.id)
      expect(await alive.accounts.findByIdentity(account.identityKeys)).toBeUndefined()
      await swept(alive)
      await expectWhole()
    })

    it('is opened when it is tried again, though the next try that stopped it died in turn', async () => {
      const alive = await open()
      const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
      await expect((await dyingAt('number claimed')).accounts.open(account, {})).rejects.toBeInstanceOf(Died)
      aMoment()
      const { nirKeys, identityKeys } = account
      const dying = await dyingAt('former claimant stopped')
      const next = dying.accounts.open(anOpenAccount({ nirKeys, identityKeys }), {})
      await expect(next).rejects.toBeInstanceOf(Died)
      aMoment()
      expect(await alive.accounts.open(account, effects)).toBe('opened')
      now = later(2 * 3600)
      await swept(alive)
      await expectWhole()
      await expectOnce(alive)
    })

    it('is not opened by a step so late that its id was refused meanwhile, and is being tried anew', async () => {
      const alive = await open()
      const nirKeys = keys()
      const [account, pending] = [anOpenAccount({ nirKeys }), aPendingAccount({ nirKeys })]
      await alive.accounts.create(pending, {})
      const [slow, again] = [await pausingAt('number claimed'), await pausingAt('account staged')]
      const late = slow.stores.accounts.open(account, effects)
      await slow.reached
      now = later(15 * 60)
      expect(await alive.accounts.activate(pending.id, 1, nirKeys, {}, {})).toBe('activated')
      expect(await alive.accounts.open(account, effects)).toBe('numberHeld')
      expect(await alive.accounts.releaseNumber(pending.id, now, {})).toBe('released')
      const anew = again.stores.accounts.open(account, effects)
      await again.reached
      slow.go()
      aMoment()
      const first = await late
      again.go()
      expect([first, await anew].sort()).toEqual(['exists', 'opened'])
      expect((await alive.accounts.findHolder(nirKeys))?.id).toBe(account.id)
      await swept(alive)
      await expectWhole()
      await expectOnce(alive)
    })

    it('is opened by a third try when the second dies while it takes the first one’s place', async () => {
      const alive = await open()
      const account = anOpenAccount({ nirKeys: keys(), identityKeys: keys() })
      await expect((await dyingAt('number claimed')).accounts.open(account, {})).rejects.toBeInstanceOf(Died)
      aMoment()
      const { nirKeys, identityKeys } = account
      const second = anOpenAccount({ nirKeys, identityKeys })
      const dying = await dyingAt('former claimant stopped')
      await expect(dying.accounts.open(second, {})).rejects.toBeInstanceOf(Died)
      aMoment()
      const third = anOpenAccount({ nirKeys, identityKeys })
      expect(await alive.accounts.open(third, effects)).toBe('opened')
      expect(await alive.accounts.open(second, effects)).toBe('identityHeld')
      await swept(alive)
      await expectWhole()
      await expectOnce(alive)
    })
  })

  it('is an identity that was being linked: nobody’s, until it is tried again, or opens another account', async () => {
    const alive = await open()
    for (const another of [false, true]) {
      const account = await anActive(alive)
      const identityKeys = keys()
      const dying = await dyingAt('identity claimed')
      await expect(dying.accounts.link(account.id, 2, identityKeys, {}, {})).rejects.toBeInstanceOf(Died)
      expect(await alive.accounts.findByIdentity(identityKeys)).toBeUndefined()
      now = new Date(now.getTime() + 2_001)
      const other = anOpenAccount({ identityKeys })
      if (another) expect(await alive.accounts.open(other, {})).toBe('opened')
      else expect(await alive.accounts.link(account.id, 2, identityKeys, {}, {})).toBe('linked')
      expect((await alive.accounts.findByIdentity(identityKeys))?.id).toBe(another ? other.id : account.id)
    }
  })

  describe('a number claimed by an account whose activation was cut short', () => {
    const two = async (stores: MongoStores) => {
      const nirKeys = keys()
      const [first, second] = [aPendingAccount({ nirKeys }), aPendingAccount({ nirKeys })] as const
      await stores.accounts.create(first, {})
      await stores.accounts.create(second, {})
      return { first, second, nirKeys }
    }

    it('is not said to be held, nor given to another one for a quarter of an hour; then it is', async () => {
      const alive = await open()
      const { first, second, nirKeys } = await two(alive)
      await expect((await dyingAt('number claimed')).accounts.activate(first.id, 1, nirKeys, {}, {})).rejects.toThrow(
        Died,
      )
      expect(await alive.accounts.findHolder(nirKeys)).toBeUndefined()
      now = later(14 * 60)
      const impatient = await open(undefined, 2_000)
      await expect(impatient.accounts.activate(second.id, 1, nirKeys, {}, {})).rejects.toBeInstanceOf(StoreAway)
      now = later(15 * 60)
      expect(await alive.accounts.activate(second.id, 1, nirKeys, {}, {})).toBe('activated')
      const found = await alive.accounts.find(first.id)
      expect(await alive.accounts.activate(first.id, found?.version ?? 0, nirKeys, {}, {})).toBe('held')
      await expectWhole()
    })

    it('is lost to a slow activation once another one took it over', async () => {
      const alive = await open()
      const { first, second, nirKeys } = await two(alive)
      const slow = await pausingAt('number claimed')
      const late = slow.stores.accounts.activate(first.id, 1, nirKeys, {}, {})
      await slow.reached
      now = later(15 * 60)
      expect(await alive.accounts.activate(second.id, 1, nirKeys, {}, {})).toBe('activated')
      slow.go()
      expect(await late).toBe('conflict')
      expect((await alive.accounts.findHolder(nirKeys))?.id).toBe(second.id)
      await expectWhole()
    })

    it('is kept by an activation that is tried again while it is being taken over', async () => {
      const alive = await open()
      const { first, second, nirKeys } = await two(alive)
      await expect((await dyingAt('number claimed')).accounts.activate(first.id, 1, nirKeys, {}, {})).rejects.toThrow(
        Died,
      )
      now = later(15 * 60)
      const taking = await pausingAt('former claimant stopped')
      const overtaken = taking.stores.accounts.activate(second.id, 1, nirKeys, {}, {})
      await taking.reached
      const found = await alive.accounts.find(first.id)
      expect(await alive.accounts.activate(first.id, found?.version ?? 0, nirKeys, {}, {})).toBe('activated')
      taking.go()
      expect(await overtaken).toBe('held')
      await expectWhole()
    })

    it('is taken over by a third one when the second dies while it takes it over', async () => {
      const alive = await open()
      const { first, second, nirKeys } = await two(alive)
      await expect((await dyingAt('number claimed')).accounts.activate(first.id, 1, nirKeys, {}, {})).rejects.toThrow(
        Died,
      )
      now = later(15 * 60)
      const dying = await dyingAt('former claimant stopped')
      await expect(dying.accounts.activate(second.id, 1, nirKeys, {}, {})).rejects.toThrow(Died)
      expect(await alive.accounts.activate(second.id, 1, nirKeys, {}, {})).toBe('activated')
      await expectWhole()
    })

    it('is free at once when that account is erased', async () => {
      const alive = await open()
      const { first, second, nirKeys } = await two(alive)
      await expect((await dyingAt('number claimed')).accounts.activate(first.id, 1, nirKeys, {}, {})).rejects.toThrow(
        Died,
      )
      expect(await alive.accounts.erasePending(first.id, {})).toBe('erased')
      expect(await alive.accounts.activate(second.id, 1, nirKeys, {}, {})).toBe('activated')
      await expectWhole()
    })
  })
})
