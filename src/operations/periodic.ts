/** Work done again and again, never twice at once. */
import type { Watched } from './health.ts'
import type { Log } from './log.ts'
import { settledWithin, systemTimers, type Timers } from './timers.ts'

export type PeriodicNeeds = {
  readonly name: string
  readonly everyMs: number
  /** Told when it must come to an end. What it throws is logged, and the next turn comes all the same. */
  readonly run: (stopping: AbortSignal) => Promise<void>
  readonly clock: () => Date
  readonly log: Pick<Log, 'error'>
  readonly timers?: Timers
  readonly random?: () => number
}

export type Periodic = Watched & {
  /** The first turn comes within one period, at random: processes started together do not work together. */
  start(): void
  stop(limitMs?: number): Promise<void>
}

export const makePeriodic = (needs: PeriodicNeeds): Periodic => {
  const { name, everyMs, run, clock, log, timers = systemTimers, random = Math.random } = needs
  let started = false
  const stopping = new AbortController()
  let cancelTimer = () => {}
  let working: Promise<void> | undefined
  let lastTurn = 0

  const turn = async (): Promise<void> => {
    try {
      await run(stopping.signal)
    } catch (err) {
      log.error({ job: name, err }, 'a periodic job failed')
    }
    lastTurn = clock().getTime()
    working = undefined
    next(everyMs)
  }

  const next = (milliseconds: number): void => {
    if (!started) return
    cancelTimer = timers.after(milliseconds, () => {
      working = turn()
    })
  }

  return {
    name,
    alive: () => started && clock().getTime() - lastTurn < 5 * everyMs + 60_000,
    start: () => {
      started = true
      lastTurn = clock().getTime()
      next(Math.round(everyMs * random()))
    },
    stop: async (limitMs = 4000) => {
      started = false
      stopping.abort()
      cancelTimer()
      if (working) await settledWithin(working, limitMs, timers)
    },
  }
}
