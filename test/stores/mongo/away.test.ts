import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../../src/audit/events.ts'
import { verifyAudit } from '../../../src/audit/verify.ts'
import { StoreAway } from '../../../src/stores/contracts.ts'
import type { MongoStores } from '../../../src/stores/mongo/open.ts'
import { anAuditChain } from '../../builders/keys.ts'
import { aConsent, aJob, anId, aPendingAccount, aService, later, noon } from '../../builders/records.ts'
import { describeOnMongo } from './describe.ts'
import { aDatabase, openMongo, prepared } from './open-mongo.ts'
import { command, type Server, type Servers, startReplicaSet, startStandalone } from './servers.ts'

const anEvent = (account: string): AuditEvent => ({ name: 'signUp.requested', details: { account }, at: noon })

/** How each of these acts ends, and how long the slowest takes. */
const attempt = async (stores: MongoStores) => {
  const account = aPendingAccount()
  const consent = aConsent()
  const acts: readonly (() => Promise<unknown>)[] = [
    () => stores.accounts.create(account, { events: [anEvent(account.id)] }),
    () => stores.accounts.find(account.id),
    () => stores.accounts.findHolder(account.nirKeys),
    () => stores.accounts.change(account.id, 1, { language: 'en' }, {}),
    () => stores.accounts.activate(account.id, 1, account.nirKeys, {}, {}),
    () => stores.consents.give(consent, {}),
    () => stores.services.add(aService(), {}),
    () => stores.services.find(anId()),
    () => stores.jobs.add([aJob()]),
    () => stores.jobs.lease('mail', noon, later(30), 1),
    () => stores.audit.append([anEvent(account.id)]),
    () => stores.facts.get('name'),
    () => stores.ready(),
  ]
  const started = performance.now()
  const ended = await Promise.allSettled(acts.map(act => act()))
  const faults = ended.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []))
  return { faults, acts: acts.length, took: performance.now() - started }
}

const expectBack = async (stores: MongoStores): Promise<void> => {
  const until = performance.now() + 40_000
  for (;;) {
    const { faults } = await attempt(stores)
    for (const fault of faults) expect(fault).toBeInstanceOf(StoreAway)
    if (faults.length === 0) return
    if (performance.now() > until) throw new Error('the store is not back')
    await wait(100)
  }
}

describeOnMongo('MongoDB that goes away', () => {
  const unhandled: unknown[] = []
  const note = (fault: unknown) => unhandled.push(fault)
  beforeAll(() => void process.on('unhandledRejection', note))
  afterAll(() => void process.off('unhandledRejection', note))
  afterEach(() => expect(unhandled).toEqual([]))

  describe('as a standalone server', () => {
    let servers: Servers
    let server: Server
    let stores: MongoStores

    beforeAll(async () => {
      servers = await startStandalone()
      const [only] = servers.members
      if (!only) throw new Error('no server was started')
      server = only
    }, 60_000)
    afterAll(() => servers.stop())

    beforeEach(async () => {
      const url = servers.url(aDatabase())
      await prepared(url)
      stores = await openMongo(url, () => noon, { patience: 1_500 })
      await expectBack(stores)
    }, 60_000)
    afterEach(() => stores.close())

    it('is said to be away within three seconds when it hangs, and is back by itself', async () => {
      server.signal('SIGSTOP')
      try {
        const { faults, acts, took } = await attempt(stores)
        expect(faults).toHaveLength(acts)
        for (const fault of faults) expect(fault).toBeInstanceOf(StoreAway)
        expect(took).toBeLessThan(3_000)
      } finally {
        server.signal('SIGCONT')
      }
      await expectBack(stores)
    }, 90_000)

    it('is said to be away within three seconds when it was killed, and is back with all that was done', async () => {
      const account = aPendingAccount()
      await stores.accounts.create(account, {
        events: [anEvent(account.id)],
        jobs: [aJob({ queue: 'backchannelLogout' })],
      })
      server.signal('SIGKILL')
      const { faults, acts, took } = await attempt(stores)
      expect(faults).toHaveLength(acts)
      for (const fault of faults) expect(fault).toBeInstanceOf(StoreAway)
      expect(took).toBeLessThan(3_000)
      await server.restart()
      await expectBack(stores)
      expect(await stores.accounts.find(account.id)).toEqual(account)
      expect(await stores.jobs.count('backchannelLogout')).toBe(1)
    }, 90_000)
  })

  describe('as the primary of a replica set, under load', () => {
    let servers: Servers
    let stores: MongoStores
    let now = noon

    beforeAll(async () => {
      servers = await startReplicaSet()
    }, 90_000)
    afterAll(() => servers.stop())

    const primary = async (): Promise<Server> => {
      const end = performance.now() + 30_000
      while (performance.now() < end) {
        for (const member of servers.members)
          if ((await command(member.port, { hello: 1 }))?.isWritablePrimary === true) return member
        await wait(100)
      }
      throw new Error('there is no primary')
    }

    /** Signs people up without a pause until so many more were, and gives who was told that it is done. */
    const load = (counted: { readonly done: string[]; readonly faults: unknown[] }) => {
      let going = true
      const one = async (): Promise<void> => {
        const account = aPendingAccount()
        try {
          await stores.accounts.create(account, { events: [anEvent(account.id)], jobs: [aJob({ id: account.id })] })
          counted.done.push(account.id)
        } catch (fault) {
          counted.faults.push(fault)
          await wait(50)
        }
      }
      const lanes = Array.from({ length: 4 }, async () => {
        while (going) await one()
      })
      return async () => {
        going = false
        await Promise.all(lanes)
      }
    }

    const until = async (isSo: () => boolean): Promise<void> => {
      const end = performance.now() + 60_000
      while (!isSo()) {
        if (performance.now() > end) throw new Error('the store is not back in a minute')
        await wait(20)
      }
    }

    it.each([
      { how: 'killed', away: 'SIGKILL', back: (member: Server) => member.restart() },
      { how: 'hung for eight seconds', away: 'SIGSTOP', back: async (member: Server) => member.signal('SIGCONT') },
    ] as const)(
      '$how: loses nothing that was said to be done, doubles nothing, and is back by itself',
      async ({ away, back, how }) => {
        now = noon
        const url = servers.url(aDatabase())
        await prepared(url)
        stores = await openMongo(url, () => now, { patience: 1_500 })
        await expectBack(stores)
        const counted = { done: [] as string[], faults: [] as unknown[] }
        const stop = load(counted)
        await until(() => counted.done.length >= 20)
        const member = await primary()
        member.signal(away)
        const before = counted.done.length
        if (how !== 'killed') await wait(8_000)
        await until(() => counted.done.length >= before + 30)
        await back(member)
        await until(() => counted.done.length >= before + 60)
        await stop()

        for (const fault of counted.faults) expect(fault).toBeInstanceOf(StoreAway)
        // the first of the set is preferred: once back it takes over again, and whoever looked at that moment would be told « away »
        const end = performance.now() + 60_000
        while ((await primary()) !== member) {
          if (performance.now() > end) throw new Error('the first did not take over again')
          await wait(100)
        }
        await expectBack(stores)
        now = later(60)
        // with more patience than people have: how busy the machine is proves nothing about what lies there
        const lying = await openMongo(url, () => now)
        await lying.sweep(now, 1_000)
        const told = new Map<string, number>()
        for (const { segment } of await lying.audit.segments())
          for (const { text } of await lying.audit.read(segment, 1, 10_000)) {
            const { account } = JSON.parse(text).details
            told.set(account, (told.get(account) ?? 0) + 1)
          }
        for (const id of counted.done) {
          expect((await lying.accounts.find(id))?.id).toBe(id)
          expect(told.get(id)).toBe(1)
        }
        const leased = await lying.jobs.lease('mail', now, later(90), 10_000)
        const jobs = new Set(leased.map(({ id }) => id))
        for (const id of counted.done) expect(jobs.has(id)).toBe(true)
        for await (const { verdict } of verifyAudit(lying.audit, [anAuditChain()]))
          expect(['intact', 'noCheckpoint']).toContain(verdict.kind)
        await lying.close()
        await stores.close()
      },
      180_000,
    )
  })
})
