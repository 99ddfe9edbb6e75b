import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { backoffMs } from '../../src/operations/backoff.ts'
import { type JobOutcome, makeWorker, type WorkerNeeds } from '../../src/operations/jobs.ts'
import type { Job } from '../../src/stores/contracts.ts'
import { handTimers } from './hand-timers.ts'
import { aJob, memoryJobs } from './memory-jobs.ts'

const minute = 60_000
const backoff = { firstMs: 1000, longestMs: 60_000 }

const aWorker = (run: (job: Job) => Promise<JobOutcome>, more: Partial<WorkerNeeds> = {}) => {
  const hand = handTimers()
  const store = memoryJobs()
  const told: object[] = []
  const log = {
    warn: (details: object) => void told.push(details),
    error: (details: object) => void told.push(details),
  }
  const { timers, clock } = hand
  const worker = makeWorker({
    jobs: store.jobs,
    queue: 'mail',
    run,
    clock,
    log,
    timers,
    backoff,
    random: () => 0,
    leaseMs: 2 * minute,
    ...more,
  })
  return { ...hand, ...store, worker, told }
}

/** Runs that end when they are told to. */
const byHand = () => {
  const running: { readonly id: string; end(outcome: JobOutcome): void }[] = []
  const run = (job: Job) => new Promise<JobOutcome>(resolve => running.push({ id: job.id, end: resolve }))
  return { running, run }
}

describe('a worker', () => {
  it('does what is due when it starts, and writes its effects with its end', async () => {
    const effects = { jobs: [] }
    const { worker, add, clock, settle, finished } = aWorker(async () => ({ effects }))
    add(aJob('one', clock()))
    worker.start()
    await settle()
    expect(finished).toEqual([{ id: 'one', effects }])
  })

  it('does at once what it is woken for', async () => {
    const { worker, add, clock, settle, finished } = aWorker(async () => 'done')
    worker.start()
    await settle()
    add(aJob('one', clock()))
    worker.wake()
    await settle()
    expect(finished.map(({ id }) => id)).toEqual(['one'])
  })

  it('wakes by itself when a job falls due, and not before', async () => {
    const { worker, add, clock, pass, finished } = aWorker(async () => 'done')
    add(aJob('later', new Date(clock().getTime() + 3000)))
    worker.start()
    await pass(2999)
    expect(finished).toEqual([])
    await pass(1)
    expect(finished).toHaveLength(1)
  })

  it('sees within seconds what another process added', async () => {
    const { worker, add, clock, pass, settle, finished } = aWorker(async () => 'done')
    worker.start()
    await settle()
    add(aJob('one', clock()))
    await pass(10_000)
    expect(finished).toHaveLength(1)
  })

  it('retries what failed, after waits that double', async () => {
    const starts: number[] = []
    const worked = aWorker(async () => {
      starts.push(worked.clock().getTime())
      if (starts.length < 5) throw new Error('not now')
      return 'done'
    })
    worked.add(aJob('one', worked.clock()))
    worked.worker.start()
    await worked.pass(20_000)
    const waits = starts.slice(1).map((at, i) => at - (starts[i] ?? 0))
    expect(waits).toEqual([1000, 2000, 4000, 8000])
    expect(worked.finished).toHaveLength(1)
  })

  it('retries when the job says', async () => {
    const worked = aWorker(async ({ attempts }) =>
      attempts === 1 ? { retryAt: new Date(worked.clock().getTime() + 5 * minute) } : 'done',
    )
    worked.add(aJob('one', worked.clock()))
    worked.worker.start()
    await worked.pass(5 * minute - 1)
    expect(worked.finished).toEqual([])
    await worked.pass(1)
    expect(worked.finished).toHaveLength(1)
  })

  it('tells of a failure by codes, never by what the job holds', async () => {
    const worked = aWorker(async () => {
      throw new Error('no')
    })
    worked.add({ ...aJob('one', worked.clock()), sealed: 'what-is-sealed' })
    worked.worker.start()
    await worked.settle()
    expect(worked.told).toEqual([expect.objectContaining({ job: 'one', kind: 'signUp', attempts: 1 })])
    expect(JSON.stringify(worked.told)).not.toContain('what-is-sealed')
  })

  it('never runs more at once than it may, and goes on as each ends', async () => {
    const { running, run } = byHand()
    const { worker, add, clock, settle, finished, leases } = aWorker(run, { concurrency: 2 })
    for (const id of ['a', 'b', 'c', 'd']) add(aJob(id, clock()))
    worker.start()
    await settle()
    expect(running.map(({ id }) => id)).toEqual(['a', 'b'])
    running[0]?.end('done')
    await settle()
    expect(running.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    for (const { end } of running) end('done')
    await settle()
    running[3]?.end('done')
    await settle()
    expect(finished).toHaveLength(4)
    expect(Math.max(...leases.map(({ limit }) => limit))).toBe(2)
  })

  it('leases each job long enough, and takes anew what a crash left', async () => {
    const { worker, add, clock, pass, leases, finished, jobs } = aWorker(async () => 'done', { leaseMs: minute })
    add(aJob('lost', clock()))
    await jobs.lease('mail', clock(), new Date(clock().getTime() + minute), 1)
    worker.start()
    await pass(minute - 1)
    expect(finished).toEqual([])
    await pass(1)
    expect(finished).toHaveLength(1)
    for (const { at, until } of leases) expect(until.getTime() - at.getTime()).toBe(minute)
  })

  it('goes on after the store was away', async () => {
    const store = memoryJobs()
    let away = true
    const jobs: WorkerNeeds['jobs'] = {
      ...store.jobs,
      lease: (...args) => (away ? Promise.reject(new Error('away')) : store.jobs.lease(...args)),
    }
    const { worker, clock, pass, settle, told } = aWorker(async () => 'done', { jobs })
    store.add(aJob('one', clock()))
    worker.start()
    await settle()
    expect(told).toHaveLength(1)
    away = false
    await pass(backoff.firstMs)
    expect(store.finished).toHaveLength(1)
  })

  it('stops only when what is under way has ended, and takes nothing more', async () => {
    const { running, run } = byHand()
    const { worker, add, clock, settle, finished } = aWorker(run, { concurrency: 1 })
    add(aJob('a', clock()))
    add(aJob('b', clock()))
    worker.start()
    await settle()
    let stopped = false
    const stopping = worker.stop().then(() => {
      stopped = true
    })
    await settle()
    expect(stopped).toBe(false)
    running[0]?.end('done')
    await stopping
    await settle()
    expect(running).toHaveLength(1)
    expect(finished).toEqual([{ id: 'a', effects: {} }])
  })

  it('does not wait for ever to stop', async () => {
    const { running, run } = byHand()
    const { worker, add, clock, settle, pass } = aWorker(run)
    add(aJob('a', clock()))
    worker.start()
    await settle()
    const stopping = worker.stop(4000)
    await pass(4000)
    await expect(stopping).resolves.toBeUndefined()
    expect(running).toHaveLength(1)
  })

  it('is alive while it turns, and no more once its queue stands still', async () => {
    const { run } = byHand()
    const { worker, add, clock, pass } = aWorker(run, { concurrency: 1, leaseMs: minute })
    expect(worker.alive()).toBe(false)
    add(aJob('hangs', clock()))
    worker.start()
    await pass(minute)
    expect(worker.alive()).toBe(true)
    await pass(2 * minute)
    expect(worker.alive()).toBe(false)
  })
})

describe('the backoff', () => {
  it('doubles up to the longest wait, less a half at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const wait = backoffMs(attempts, backoff, () => random)
          const full = Math.min(60_000, 1000 * 2 ** (attempts - 1))
          return wait <= full && wait >= Math.floor(full / 2)
        },
      ),
    )
  })
})
