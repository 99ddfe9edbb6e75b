import type { Stores } from '../../src/stores/contracts.ts'

/** The part of a set-up that keeps what expires. */
export type ExpiringStores = Pick<Stores, 'artefacts' | 'records' | 'throttles' | 'purgeExpired' | 'ready'>

/** The part that keeps what lasts. */
export type LastingStores = Pick<Stores, 'accounts' | 'consents' | 'cases' | 'services' | 'jobs' | 'audit' | 'facts'>

/** Fresh empty stores, and a clock that a test moves. `close` ends them and removes what they left. */
export type OpenedStores<Part = Stores> = {
  readonly stores: Part
  readonly clock: { now(): Date; set(date: Date): void }
  /** Another process's view of the same data: shares nothing in memory. */
  another(): Promise<Part>
  /** For so many seconds another process may answer from memory what it knew of services. */
  readonly seenWithin?: number
  /** Every byte that the stores hold, to look for what must not lie in the clear. */
  dump(): Promise<Buffer>
  close(): Promise<void>
}
export type OpenStores<Part = Stores> = () => Promise<OpenedStores<Part>>

/** Opens before each test of a suite and closes after; gives what was opened last. */
export const eachOpened = <Opened extends OpenedStores<unknown>>(
  open: () => Promise<Opened>,
  hooks: { beforeEach(act: () => Promise<void>): void; afterEach(act: () => Promise<void>): void },
): (() => Opened) => {
  let opened: Opened | undefined
  hooks.beforeEach(async () => {
    opened = await open()
  })
  hooks.afterEach(async () => {
    await opened?.close()
    opened = undefined
  })
  return () => {
    if (!opened) throw new Error('no stores are open')
    return opened
  }
}
