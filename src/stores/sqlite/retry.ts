import { setTimeout as wait } from 'node:timers/promises'
import { StoreAway } from '../contracts.ts'

/** Runs a short synchronous act on the database, again while another process holds the lock. */
export type Run = <T>(act: () => T) => Promise<T>

/** SQLite's primary result codes. */
const busy = 5
const locked = 6
/** Reading or writing failed, disk full, file gone or read-only: nothing was done, and it may be mended while running. */
const away = new Set([8, 10, 13, 14])

/** SQLite's primary code of what was thrown, if it comes from there. */
export const sqliteCode = (error: unknown): number | undefined => {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}

/** A lock is held for a millisecond or so: wait about as long, a little more each time, never in step with others. */
const pause = (tries: number): number => (0.5 + Math.random()) * Math.min(50, 2 * tries)

const isBusy = (error: unknown): boolean => {
  const code = sqliteCode(error)
  return code === busy || code === locked
}

const asFault = (error: unknown): unknown =>
  away.has(sqliteCode(error) ?? 0) ? new StoreAway('the database cannot be read or written', { cause: error }) : error

/** `patience` in ms bounds the whole: then StoreAway. The first try costs no wait and no timer. */
export const makeRun =
  (patience: number): Run =>
  async act => {
    let until = 0
    for (let tries = 1; ; tries += 1) {
      try {
        return act()
      } catch (error) {
        if (!isBusy(error)) throw asFault(error)
        until ||= performance.now() + patience
        if (performance.now() > until) throw new StoreAway('the database is held by another process', { cause: error })
      }
      await wait(pause(tries))
    }
  }
