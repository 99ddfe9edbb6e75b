import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { verifyAudit } from '../../src/audit/verify.ts'
import { anAuditChain } from '../builders/keys.ts'
import { aNirKey, anArtefact, aPendingAccount, later } from '../builders/records.ts'
import { identityRaces } from './identity-races.ts'
import { openSqliteForTests } from './open-sqlite.ts'
import { type Racers, startRacers, tally } from './race.ts'

const processes = 4

describe('four processes on one file', () => {
  let opened: Awaited<ReturnType<typeof openSqliteForTests>>
  let racers: Racers

  beforeAll(async () => {
    opened = await openSqliteForTests()
    racers = await startRacers('sqlite', opened.dataDir, processes)
  })
  afterAll(async () => {
    await racers.end()
    await opened.close()
  })

  it('let one of two hundred activations of a number through', async () => {
    const { stores } = opened
    const nirKeys = [aNirKey('number', 'l1'), aNirKey('number', 'l2')]
    for (let racer = 0; racer < processes; racer += 1)
      for (let i = 0; i < 50; i += 1)
        await stores.accounts.create(aPendingAccount({ id: `account-${racer}-${i}`, nirKeys }), {})
    expect(tally(await racers.race('activate', 50))).toEqual({ activated: 1, held: 199 })
    const holder = await stores.accounts.findHolder(nirKeys)
    expect(holder?.status).toBe('active')
    expect(await stores.accounts.countClaims(nirKeys, 1000)).toBe(199)
  })

  it('redeem each of a hundred codes once', async () => {
    const { stores } = opened
    for (let i = 0; i < 100; i += 1)
      await stores.artefacts.upsert('AuthorizationCode', `code-${i}`, anArtefact(), later(60))
    expect(tally(await racers.race('consume', 100))).toEqual({ consumed: 100, lost: 300 })
  })

  it('take each of a hundred one-time tokens once', async () => {
    const { stores } = opened
    for (let i = 0; i < 100; i += 1) await stores.records.put('token', `token-${i}`, i, later(60))
    const taken = (await racers.race('take', 100)).filter(value => value !== null)
    expect(taken).toHaveLength(100)
    expect(new Set(taken).size).toBe(100)
  })

  it('accept each of a hundred assertions once', async () => {
    expect(tally(await racers.race('unique', 100))).toEqual({ true: 100, false: 300 })
  })

  it('let through exactly what the throttles allow', async () => {
    const granted = (outcomes: unknown[]) => tally(outcomes.map(each => (each as { granted: boolean }).granted))
    expect(granted(await racers.race('count', 50))).toEqual({ true: 20, false: 180 })
    expect(granted(await racers.race('attempt', 50))).toEqual({ true: 5, false: 195 })
    expect(granted(await racers.race('distinct', 50))).toEqual({ true: 3, false: 197 })
  })

  it("keep every sign-in's service in one session", async () => {
    const { stores } = opened
    await racers.race('session', 25)
    const session = await stores.artefacts.findByUid('Session', 'uid')
    expect(Object.keys(session?.payload.authorizations ?? {})).toHaveLength(100)
  })

  identityRaces(() => ({ stores: opened.stores, racers }))

  it('lose no event, and leave an audit that verifies', async () => {
    const { stores } = opened
    await racers.race('audit', 50)
    const verdicts: unknown[] = []
    for await (const { verdict } of verifyAudit(stores.audit, [anAuditChain()])) verdicts.push(verdict)
    expect(verdicts).toEqual(Array.from({ length: processes }, () => ({ kind: 'noCheckpoint', count: 50 })))
  })
})
