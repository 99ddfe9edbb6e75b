import { describe, expect, it } from '@jest/globals'
import { makePeriodic } from '../../src/operations/periodic.ts'
import { makePurge } from '../../src/operations/purge.ts'
import { handTimers } from './hand-timers.ts'
import { aJob } from './memory-jobs.ts'

describe('a periodic job', () => {
  const aPeriodic = (run: () => Promise<void>) => {
    const hand = handTimers()
    const told: object[] = []
    const { timers, clock } = hand
    const periodic = makePeriodic({
      name: 'purge',
      everyMs: 60_000,
      run,
      clock,
      timers,
      random: () => 0.5,
      log: { error: details => void told.push(details) },
    })
    return { ...hand, periodic, told }
  }

  it('comes a first time within its period, then at each', async () => {
    let turns = 0
    const { periodic, pass } = aPeriodic(async () => {
      turns += 1
    })
    periodic.start()
    await pass(29_999)
    expect(turns).toBe(0)
    await pass(1)
    expect(turns).toBe(1)
    await pass(120_000)
    expect(turns).toBe(3)
    await periodic.stop()
    await pass(600_000)
    expect(turns).toBe(3)
  })

  it('never runs twice at once, and tells when it hangs', async () => {
    let turns = 0
    const { periodic, pass } = aPeriodic(() => {
      turns += 1
      return new Promise(() => {})
    })
    periodic.start()
    await pass(300_000)
    expect(turns).toBe(1)
    expect(periodic.alive()).toBe(true)
    await pass(300_000)
    expect(periodic.alive()).toBe(false)
  })

  it('goes on after a failure', async () => {
    let turns = 0
    const { periodic, pass, told } = aPeriodic(async () => {
      turns += 1
      throw new Error('no')
    })
    periodic.start()
    await pass(90_000)
    expect(turns).toBe(2)
    expect(told).toHaveLength(2)
  })
})

describe('the purge', () => {
  it('ends sessions before it removes what has expired, in bounded batches, and tells of jobs lost', async () => {
    const now = new Date('2026-03-02T08:00:00Z')
    const acts: string[] = []
    const warned: object[] = []
    let left = 450
    let jobs = [{ ...aJob('old', now), attempts: 9 }]
    const purge = makePurge({
      endExpiredSessions: async () => {
        acts.push('sessions')
        return 0
      },
      stores: {
        purgeExpired: async (_now, limit) => {
          acts.push('expired')
          const count = Math.min(limit, left)
          left -= count
          return count
        },
        jobs: {
          purge: async () => {
            const lost = jobs
            jobs = []
            return lost
          },
        },
        cases: {
          purge: async before => {
            acts.push(`cases ${before.toISOString()}`)
            return 0
          },
        },
        audit: {
          close: async () => void acts.push('close'),
          purge: async before => {
            acts.push(`audit ${before.toISOString()}`)
            return 0
          },
        },
      },
      advanceCases: async () => {
        acts.push('advanced')
        return 0
      },
      purgePending: async () => {
        acts.push('pending')
        return 0
      },
      auditSeconds: 24 * 3600,
      clock: () => now,
      log: { warn: details => void warned.push(details), info: () => {} },
    })
    await purge()
    expect(acts).toEqual([
      'sessions',
      ...Array.from({ length: 5 }, () => 'expired'),
      'advanced',
      'pending',
      'close',
      'cases 2026-03-01T08:00:00.000Z',
      'audit 2026-03-01T08:00:00.000Z',
    ])
    expect(warned).toEqual([{ job: 'old', queue: 'mail', kind: 'signUp', attempts: 9 }])
  })

  const endless = (mostMs: number) => {
    const counted = { batches: 0 }
    const none = async () => 0
    const purge = makePurge({
      endExpiredSessions: none,
      stores: {
        purgeExpired: async (_now, limit) => {
          counted.batches += 1
          return limit
        },
        jobs: { purge: async () => [] },
        cases: { purge: none },
        audit: { close: async () => {}, purge: none },
      },
      advanceCases: async () => 0,
      purgePending: none,
      auditSeconds: 1,
      clock: () => new Date(),
      mostMs,
      log: { warn: () => {}, info: () => {} },
    })
    return { purge, counted }
  }

  it('leaves the rest for its next turn when there is too much, and lets others run meanwhile', async () => {
    const { purge, counted } = endless(50)
    let others = 0
    const ticking = setInterval(() => {
      others += 1
    }, 1)
    await purge()
    clearInterval(ticking)
    expect(counted.batches).toBeGreaterThan(1)
    expect(others).toBeGreaterThan(1)
  })

  it('comes to an end when the process does', async () => {
    const { purge, counted } = endless(60_000)
    const stopping = new AbortController()
    setTimeout(() => stopping.abort(), 20)
    await purge(stopping.signal)
    expect(counted.batches).toBeGreaterThan(0)
  })
})
