/** Several processes of one port on one machine: the first starts the others, replaces those that die, and ends them. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { HEAP_ENVIRONMENT, HEAP_FLAGS } from './operations/heap.ts'
import type { Log } from './operations/log.ts'

/** A start reads keys, opens the store, lists words: a second or two; a database far away takes its own time. */
const START_MS = 60_000
/** What a process gives itself after its notice, to drain and to close, and a little more: then it is killed. */
export const STOP_MS = 20_000
/** One that dies soon after its start will again: the next one waits, twice as long each time. */
const SOON_MS = 10_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

/** Told to a process whose successor listens: it leaves without giving notice, since nobody has to look for another port. */
export const REPLACED = 'replaced'

export type WorkersNeeds = {
  readonly count: number
  /** How long each serves on after it was asked to stop. */
  readonly noticeMs: number
  readonly log: Log
}

export type Workers = {
  /** One after the other: each leaves only once the one that replaces it listens. */
  restart(): Promise<void>
  /** Ends all of them; each drains. Idempotent. */
  stop(): Promise<void>
}

const within = async <Value>(promise: Promise<Value>, limitMs: number): Promise<Value | 'late'> => {
  const limit = new AbortController()
  const late = new Promise<'late'>(resolve => {
    const timer = setTimeout(() => resolve('late'), limitMs)
    limit.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  return Promise.race([promise, late]).finally(() => limit.abort())
}

const ended = async (worker: Worker, ask: () => void, limitMs: number): Promise<void> => {
  if (worker.isDead()) return
  const exited = once(worker, 'exit')
  ask()
  if ((await within(exited, limitMs)) === 'late') worker.process.kill('SIGKILL')
}

/** A process that listens; or none, which has said why on standard error. */
const begin = async (): Promise<Worker | undefined> => {
  const worker = cluster.fork({ ...HEAP_ENVIRONMENT, ...process.env })
  const listening = once(worker, 'listening').then(() => true)
  const exited = once(worker, 'exit').then(() => false)
  if ((await within(Promise.race([listening, exited]), START_MS)) === true) return worker
  if (!worker.isDead()) worker.process.kill('SIGKILL')
  return undefined
}

/** undefined: the first process did not start, nor will another; it has said why. */
export const startWorkers = async ({ count, noticeMs, log }: WorkersNeeds): Promise<Workers | undefined> => {
  const end = (worker: Worker) => ended(worker, () => worker.process.kill('SIGTERM'), noticeMs + STOP_MS)
  const replaced = (worker: Worker) => ended(worker, () => worker.send(REPLACED), STOP_MS)
  // what an operator says for the first process stands for all
  cluster.setupPrimary({ execArgv: [...HEAP_FLAGS, ...process.execArgv] })
  const running = new Set<Worker>()
  let stopping: Promise<void> | undefined
  let waitMs = 0

  const keep = (worker: Worker): Worker => {
    const since = performance.now()
    running.add(worker)
    worker.once('exit', (exit, signal) => {
      if (!running.delete(worker) || stopping) return
      log.error({ worker: worker.process.pid, exit, signal }, 'a process died; another one takes its place')
      waitMs = performance.now() - since < SOON_MS ? Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitMs * 2)) : 0
      replace()
    })
    return worker
  }
  const replace = (): void => {
    setTimeout(async () => {
      if (stopping) return
      const worker = await begin()
      if (worker && stopping) return void (await end(worker))
      if (worker) return void keep(worker)
      waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitMs * 2))
      replace()
    }, waitMs)
  }

  // alone: it makes or upgrades what the others will find
  const first = await begin()
  if (!first) return undefined
  keep(first)
  const others = await Promise.all(Array.from({ length: count - 1 }, begin))
  for (const worker of others) if (worker) keep(worker)
  for (const worker of others) if (!worker) replace()

  let restarting: Promise<void> | undefined
  const restart = async (): Promise<void> => {
    for (const former of [...running]) {
      if (stopping) return
      const next = await begin()
      if (!next) return log.error({}, 'a new process does not start: the former ones stay')
      keep(next)
      // no longer one of those whose end is an accident
      running.delete(former)
      await replaced(former)
    }
    log.info({ workers: running.size }, 'every process was replaced')
  }
  return {
    restart: () => {
      restarting ??= restart().finally(() => {
        restarting = undefined
      })
      return restarting
    },
    stop: () => {
      stopping ??= Promise.all([...[...running].map(end), restarting]).then(() => undefined)
      return stopping
    },
  }
}
