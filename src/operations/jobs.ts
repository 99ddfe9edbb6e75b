/** Workers of the outbox's queues: lease what is due, do it, finish it or give it back for later. */
import type { Effects, Job, JobQueue, JobStore } from '../stores/contracts.ts'
import { type Backoff, backoffMs, usualBackoff } from './backoff.ts'
import type { Watched } from './health.ts'
import type { Log } from './log.ts'
import { settledWithin, systemTimers, type Timers } from './timers.ts'

/** 'retry' waits as the backoff says; `effects` are written with the end of the job. */
export type JobOutcome = 'done' | 'retry' | { readonly effects: Effects } | { readonly retryAt: Date }

export type WorkerNeeds = {
  readonly jobs: Pick<JobStore, 'lease' | 'finish' | 'retry' | 'nextDue'>
  readonly queue: JobQueue
  /** Does one job, bounded in time by itself. What it throws is logged, and the job retried. */
  readonly run: (job: Job) => Promise<JobOutcome>
  readonly clock: () => Date
  readonly log: Pick<Log, 'warn' | 'error'>
  /** Jobs at once; 2 by default. */
  readonly concurrency?: number
  /** How long a job is this worker's alone; must exceed what `run` may take. 2 minutes by default. */
  readonly leaseMs?: number
  readonly backoff?: Backoff
  readonly timers?: Timers
  readonly random?: () => number
}

export type Worker = Watched & {
  start(): void
  /** There is new work: looks now rather than at the next turn. */
  wake(): void
  /** Takes nothing more, and waits for what is under way, `limitMs` at most; what is left is leased anew later. */
  stop(limitMs?: number): Promise<void>
}

/** Other processes add work too, without telling this one. */
const longestWaitMs = 10_000
const shortestWaitMs = 50

export const makeWorker = (needs: WorkerNeeds): Worker => {
  const { jobs, queue, run, clock, log, concurrency = 2, leaseMs = 120_000 } = needs
  const { backoff = usualBackoff, timers = systemTimers, random = Math.random } = needs
  const running = new Set<Promise<void>>()
  let state: 'idle' | 'started' | 'stopped' = 'idle'
  let turning: Promise<void> | undefined
  let askedAgain = false
  let cancelTimer = () => {}
  let lastTurn = 0

  const attempt = async (job: Job): Promise<JobOutcome> => {
    try {
      return await run(job)
    } catch (err) {
      log.warn({ job: job.id, queue, kind: job.kind, attempts: job.attempts, err }, 'a job failed and will be retried')
      return 'retry'
    }
  }

  const settle = async (job: Job, outcome: JobOutcome): Promise<void> => {
    if (outcome === 'done') return jobs.finish(job.id, {})
    if (outcome !== 'retry' && 'effects' in outcome) return jobs.finish(job.id, outcome.effects)
    const waitMs = backoffMs(job.attempts, backoff, random)
    const retryAt = outcome === 'retry' ? new Date(clock().getTime() + waitMs) : outcome.retryAt
    return jobs.retry(job.id, retryAt)
  }

  const begin = (job: Job): void => {
    const work = attempt(job)
      .then(outcome => settle(job, outcome))
      // It stays leased, and comes back when the lease ends.
      .catch(err => log.error({ job: job.id, queue, kind: job.kind, err }, 'the end of a job could not be written'))
      .finally(() => {
        running.delete(work)
        wake()
      })
    running.add(work)
  }

  const turn = async (): Promise<void> => {
    const free = concurrency - running.size
    if (free <= 0) return
    const now = clock()
    lastTurn = now.getTime()
    const leased = await jobs.lease(queue, now, new Date(now.getTime() + leaseMs), free)
    for (const job of leased) begin(job)
    if (leased.length === free) return
    const next = await jobs.nextDue(queue)
    sleep(next ? next.getTime() - clock().getTime() : longestWaitMs)
  }

  const sleep = (milliseconds: number): void => {
    cancelTimer()
    if (state !== 'started') return
    cancelTimer = timers.after(Math.min(longestWaitMs, Math.max(shortestWaitMs, milliseconds)), wake)
  }

  const turns = async (): Promise<void> => {
    do {
      askedAgain = false
      try {
        await turn()
      } catch (err) {
        log.error({ queue, err }, 'the queue could not be read')
        sleep(backoff.firstMs)
      }
    } while (askedAgain && state === 'started')
    turning = undefined
  }

  const wake = (): void => {
    if (state !== 'started') return
    askedAgain = true
    turning ??= turns()
  }

  return {
    name: queue,
    // Busy on every slot is alive too, as long as leases hold.
    alive: () => state === 'started' && clock().getTime() - lastTurn < longestWaitMs * 6 + leaseMs,
    start: () => {
      state = 'started'
      lastTurn = clock().getTime()
      wake()
    },
    wake,
    stop: async (limitMs = 4000) => {
      state = 'stopped'
      cancelTimer()
      const ended = async () => {
        await turning
        await Promise.all(running)
      }
      await settledWithin(ended(), limitMs, timers)
    },
  }
}
