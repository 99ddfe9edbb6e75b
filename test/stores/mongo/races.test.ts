import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { verifyAudit } from '../../../src/audit/verify.ts'
import type { MongoStores } from '../../../src/stores/mongo/open.ts'
import { anAuditChain } from '../../builders/keys.ts'
import { aJob, aNirKey, aPendingAccount, noon } from '../../builders/records.ts'
import { identityRaces } from '../identity-races.ts'
import { type Racers, startRacers, tally } from '../race.ts'
import { describeOnMongo } from './describe.ts'
import { aDatabase, openMongo, prepared } from './open-mongo.ts'
import { type Servers, startReplicaSet, startStandalone } from './servers.ts'

const processes = 4

const setUps = [
  { name: 'a standalone MongoDB', start: () => startStandalone() },
  { name: 'a MongoDB replica set', start: startReplicaSet },
] as const

describeOnMongo.each(setUps)('four processes on $name', ({ start }) => {
  let servers: Servers
  let stores: MongoStores
  let racers: Racers

  beforeAll(async () => {
    servers = await start()
    const url = servers.url(aDatabase())
    await prepared(url)
    stores = await openMongo(url, () => noon)
    racers = await startRacers('mongo', url, processes)
  }, 90_000)
  afterAll(async () => {
    await racers.end()
    await stores.close()
    await servers.stop()
  })

  it('let one of two hundred activations of a number through', async () => {
    const nirKeys = [aNirKey('number', 'l1'), aNirKey('number', 'l2')]
    const ids = [0, 1, 2, 3].flatMap(racer => Array.from({ length: 50 }, (_, i) => `account-${racer}-${i}`))
    await Promise.all(ids.map(id => stores.accounts.create(aPendingAccount({ id, nirKeys }), {})))
    expect(tally(await racers.race('activate', 50))).toEqual({ activated: 1, held: 199 })
    expect((await stores.accounts.findHolder(nirKeys))?.status).toBe('active')
    expect(await stores.accounts.countClaims(nirKeys, 1000)).toBe(199)
    const found = await Promise.all(ids.map(id => stores.accounts.find(id)))
    expect(tally(found.map(account => account?.status))).toEqual({ active: 1, pending: 199 })
  }, 60_000)

  it('let one of two hundred changes of one version through', async () => {
    await stores.accounts.create(aPendingAccount({ id: 'changed' }), {})
    expect(tally(await racers.race('change', 50))).toEqual({ changed: 1, conflict: 199 })
  })

  it('lease each of a hundred jobs once', async () => {
    await stores.jobs.add(Array.from({ length: 100 }, () => aJob()))
    const leased = (await racers.race('lease', 25)).flat()
    expect(leased).toHaveLength(100)
    expect(new Set(leased).size).toBe(100)
  })

  it('keep what each gave in one consent', async () => {
    await racers.race('consent', 25)
    expect((await stores.consents.find('account', 'service'))?.scopes).toHaveLength(100)
  })

  identityRaces(() => ({ stores, racers }))

  it('lose no event, and leave an audit that verifies', async () => {
    await racers.race('audit', 50)
    const verdicts: unknown[] = []
    for await (const { verdict } of verifyAudit(stores.audit, [anAuditChain()])) verdicts.push(verdict)
    expect(verdicts).toEqual(Array.from({ length: processes }, () => ({ kind: 'noCheckpoint', count: 50 })))
  })
})
