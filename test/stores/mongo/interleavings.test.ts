import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../../src/audit/events.ts'
import { verifyAudit } from '../../../src/audit/verify.ts'
import { type Effects, StoreAway } from '../../../src/stores/contracts.ts'
import type { MongoStores } from '../../../src/stores/mongo/open.ts'
import type { StepName } from '../../../src/stores/mongo/steps.ts'
import { anAuditChain } from '../../builders/keys.ts'
import { aJob, aNirKey, anId, aPendingAccount, later, noon } from '../../builders/records.ts'
import { anOpenAccount } from '../../contract/open-account.ts'
import { describeOnMongo } from './describe.ts'
import { aDatabase, emptied, openMongo, prepared } from './open-mongo.ts'
import { type Servers, startStandalone } from './servers.ts'
import { expectWholeAt } from './whole.ts'

const rounds = process.env.PROVE === '1' ? 200 : 8

class Died extends Error {
  override readonly name = 'Died'
}

/** Where another one may take over, or be taken over. */
const taking = new Set<StepName>(['number claimed', 'identity claimed', 'account staged', 'former claimant stopped'])

/** The same numbers for the same seed (mulberry32). */
const dice = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describeOnMongo('acts on two numbers by processes that are slow or die anywhere', () => {
  let servers: Servers
  let url = ''
  beforeAll(async () => {
    servers = await startStandalone()
    url = servers.url(aDatabase())
    await prepared(url)
  }, 60_000)
  afterAll(() => servers.stop())

  afterEach(async () => {
    for (const stores of opened) await stores.close()
    opened = []
    await emptied(url)
  })

  let opened: MongoStores[] = []
  const play = async (seed: number): Promise<void> => {
    const roll = dice(seed)
    const pick = <T>(all: readonly [T, ...T[]]): T => all[Math.floor(roll() * all.length)] ?? all[0]
    let now = noon
    const step = async (name: StepName): Promise<void> => {
      const luck = roll()
      if (luck < 0.06) throw new Died()
      if (luck < 0.2) now = new Date(now.getTime() + 16 * 60_000)
      const isOpen = taking.has(name)
      if (luck < (isOpen ? 0.8 : 0.4)) await wait(roll() * (isOpen ? 80 : 20))
    }
    const open = async (more: Parameters<typeof openMongo>[2] = { step, patience: 1_000 }) => {
      const stores = await openMongo(url, () => now, more)
      opened.push(stores)
      return stores
    }
    const stores: readonly [MongoStores, ...MongoStores[]] = [await open(), await open(), await open()]
    const calm = await open({})

    const numbers = [1, 2].map(() => [aNirKey(anId(), 'k1'), aNirKey(anId(), 'k2'), aNirKey(anId(), 'k3')])
    const identities = [1, 2].map(() => [aNirKey(anId(), 'k1'), aNirKey(anId(), 'k2')] as const)
    const people = numbers.flatMap(nirKeys =>
      Array.from({ length: 4 }, (_, nth) => ({
        account: aPendingAccount({ nirKeys: nirKeys.slice(0, 2) }),
        nirKeys,
        identityKeys: identities[nth % 2] ?? [],
        opened: anId(),
      })),
    )
    for (const { account } of people) await calm.accounts.create(account, {})

    /** Of acts that were said to be done; the others may have been. */
    const done: string[] = []
    const told: string[] = []
    const effectsOf = (act: string): Effects => {
      told.push(act)
      const event: AuditEvent = { name: 'signUp.requested', details: { account: act }, at: noon }
      return { events: [event], jobs: [aJob({ id: act })] }
    }
    type Person = (typeof people)[number]
    const acts: readonly [...((stores: MongoStores, person: Person, act: string) => Promise<unknown>)[]] = [
      async ({ accounts }, { account, nirKeys }, act) => {
        const found = await accounts.find(account.id)
        return accounts.activate(account.id, found?.version ?? 1, nirKeys.slice(0, 2), {}, effectsOf(act))
      },
      async ({ accounts }, { account, nirKeys }, act) => {
        const found = await accounts.find(account.id)
        return accounts.activate(account.id, found?.version ?? 1, nirKeys, {}, effectsOf(act))
      },
      async ({ accounts }, { account, nirKeys }) => {
        const found = await accounts.find(account.id)
        const keyed = {
          sealed: 'anew',
          emailKeys: [],
          identityKeys: found?.identityKeys ?? [],
          nirKeys: roll() < 0.5 ? nirKeys : nirKeys.slice(1),
        }
        return accounts.rekey([{ id: account.id, version: found?.version ?? 1, ...keyed }])
      },
      ({ accounts }, { account }, act) => accounts.releaseNumber(account.id, noon, effectsOf(act)),
      ({ accounts }, { opened, nirKeys, identityKeys }, act) =>
        accounts.open(anOpenAccount({ id: opened, nirKeys: nirKeys.slice(0, 2), identityKeys }), effectsOf(act)),
      ({ accounts }, { nirKeys, identityKeys }, act) =>
        accounts.open(anOpenAccount({ nirKeys: nirKeys.slice(1), identityKeys }), effectsOf(act)),
      async ({ accounts }, { nirKeys, identityKeys }, act) => {
        const found = await accounts.findHolder(nirKeys)
        return found && accounts.link(found.id, found.version, identityKeys, {}, effectsOf(act))
      },
      async ({ accounts }, { nirKeys }, act) => {
        const found = await accounts.findHolder(nirKeys)
        const lone = [aNirKey(anId(), 'k1')]
        return found && accounts.link(found.id, found.version, lone, {}, effectsOf(act))
      },
      async ({ accounts }, { identityKeys }, act) => {
        const found = await accounts.findByIdentity(identityKeys)
        return found && accounts.unlink(found.id, found.version, identityKeys, {}, effectsOf(act))
      },
      async ({ accounts }, { nirKeys }, act) => {
        const found = await accounts.findHolder(nirKeys)
        return found && roll() < 0.5 && accounts.releaseNumber(found.id, noon, effectsOf(act))
      },
      ({ accounts }, { account }, act) => accounts.erasePending(account.id, effectsOf(act)),
      ({ accounts }, { nirKeys }) => accounts.import([aPendingAccount({ status: 'active', nirKeys })]),
      ({ accounts }, _person, act) => accounts.purgePending(roll() < 0.1 ? later(60) : noon, 2, () => effectsOf(act)),
      each => each.sweep(now, 100),
    ]
    const one = async (nth: number): Promise<void> => {
      const act = acts[Math.floor(roll() * 1.9 * acts.length) % acts.length]
      const person = people[Math.floor(roll() * people.length)]
      if (!act || !person) return
      const name = `act-${nth}`
      try {
        const outcome = await act(pick(stores), person, name)
        if (['activated', 'released', 'erased', 'opened', 'linked', 'unlinked'].includes(String(outcome)))
          done.push(name)
      } catch (fault) {
        if (!(fault instanceof Died || fault instanceof StoreAway)) throw fault
      }
    }
    const lanes = Array.from({ length: 6 }, async (_, lane) => {
      for (let nth = 0; nth < 8; nth += 1) await one(lane * 8 + nth)
    })
    await Promise.all(lanes)

    now = new Date(now.getTime() + 2 * 3_600_000)
    while ((await calm.accounts.purgePending(later(60), 100, () => ({}))) > 0) now = new Date(now.getTime() + 120_000)
    for (let nth = 0; nth < 5; nth += 1) {
      now = new Date(now.getTime() + 61_000)
      await calm.sweep(now, 100)
    }
    await expectWholeAt(url)
    const written = new Map<string, number>()
    for (const { segment } of await calm.audit.segments())
      for (const { text } of await calm.audit.read(segment, 1, 1_000)) {
        const { account } = JSON.parse(text).details
        written.set(account, (written.get(account) ?? 0) + 1)
      }
    for (const [act, times] of written) expect([act, times]).toEqual([act, 1])
    for (const act of done) expect([act, written.get(act)]).toEqual([act, 1])
    const jobs = new Set((await calm.jobs.lease('mail', noon, later(30), 1_000)).map(({ id }) => id))
    expect([...written.keys()].sort()).toEqual([...jobs].sort())
    for await (const { verdict } of verifyAudit(calm.audit, [anAuditChain()]))
      expect(['intact', 'noCheckpoint']).toContain(verdict.kind)
  }

  it.each(Array.from({ length: rounds }, (_, nth) => nth + 1))(
    'leave one holder at most, each event and job once, and nothing half-way (seed %d)',
    seed => play(seed),
    60_000,
  )
})
