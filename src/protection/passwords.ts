import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import argon2 from 'argon2'

export type PasswordSettings = {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  /** Hashes at once; the rest waits. */
  readonly concurrency: number
  /** How many may wait; beyond, or when the wait would be too long, the answer is `busy`. */
  readonly queue: number
  /** The longest wait that anybody is let in for: 3 s by default. */
  readonly longestWaitMs?: number
}
export type Busy = { readonly kind: 'busy'; readonly retryAfterSeconds: number }
export type Hashed = { readonly kind: 'hashed'; readonly hash: string } | Busy
/** `stale`: right, but hashed with other parameters than today's; hash it again. */
export type Verified = { readonly kind: 'verified'; readonly right: boolean; readonly stale: boolean } | Busy

/** A place among those whose password is hashed in their turn. */
export type Place = {
  /** The caller has checked the password (password-policy.ts). */
  hash(password: string): Promise<Exclude<Hashed, Busy>>
  /** Exactly one argon2 verification whatever is given: without a hash, against a dummy of equal parameters. */
  verify(hash: string | undefined, password: string): Promise<Exclude<Verified, Busy>>
}

export type Passwords = {
  /**
   * Runs `act` with a place, which is left when it ends. Asked for before anything is read, counted or written: who is told that
   * we are busy has used nothing up, and learns nothing.
   */
  admit<T>(act: (place: Place) => Promise<T>): Promise<T | Busy>
  /** Whether the next one would be told to come back. */
  full(): boolean
  /** The same with a place of its own. */
  hash(password: string): Promise<Hashed>
  verify(hash: string | undefined, password: string): Promise<Verified>
}

/** Longest password, in bytes of UTF-8 as typed. */
export const longestPassword = 256

/**
 * NFKC, as NIST SP 800-63B advises: an accent composed or not, or a full-width digit, is the same password on every keyboard.
 * Nothing else is changed: no trimming, no case folding.
 */
export const normalisePassword = (password: string): string => password.normalize('NFKC')

export const defaultPasswordSettings = (): PasswordSettings => ({
  memoryKib: 19_456,
  passes: 2,
  lanes: 1,
  concurrency: availableParallelism(),
  queue: 32 * availableParallelism(),
})

/** Nobody's hash: right for no password, and as long to verify as a real one. */
const makeDummy = ({ memoryKib, passes, lanes }: PasswordSettings): string => {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKib},p=${lanes},t=${passes}$${base64(16)}$${base64(32)}`
}

/** Who waits longer has given up, or was cut by a proxy: their hash would be for nobody. */
const LONGEST_WAIT_MS = 3000
/** What those who are turned away are told, so that they do not all come back at once. */
const COME_BACK_SECONDS = [10, 15, 20, 25, 30] as const

export const comeBackSeconds = (): number =>
  COME_BACK_SECONDS[Math.floor(Math.random() * COME_BACK_SECONDS.length)] ?? 30

const busy = (): Busy => ({ kind: 'busy', retryAfterSeconds: comeBackSeconds() })

/** Bounds on what argon2 takes: `concurrency` run, so many more wait in turn as will have theirs soon enough. */
const makeTurnstile = ({ concurrency, queue, longestWaitMs = LONGEST_WAIT_MS }: PasswordSettings) => {
  const waiting: (() => void)[] = []
  let entered = 0
  let running = 0
  let hashMs = 30

  const full = (): boolean => {
    const ahead = entered - concurrency
    return ahead >= 0 && (ahead >= queue || (ahead * hashMs) / concurrency > longestWaitMs)
  }

  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    const started = performance.now()
    try {
      return await act()
    } finally {
      hashMs = 0.9 * hashMs + 0.1 * (performance.now() - started)
      const next = waiting.shift()
      // The turn is handed over, so that a newcomer never overtakes.
      if (next) next()
      if (!next) running -= 1
    }
  }

  const admitted = async <T>(act: () => Promise<T>): Promise<T | Busy> => {
    if (full()) return busy()
    entered += 1
    try {
      return await act()
    } finally {
      entered -= 1
    }
  }

  return { full, inTurn, admitted }
}

export const makePasswords = (settings: PasswordSettings = defaultPasswordSettings()): Passwords => {
  const options = { memoryCost: settings.memoryKib, timeCost: settings.passes, parallelism: settings.lanes }
  const dummy = makeDummy(settings)
  const { full, inTurn, admitted } = makeTurnstile(settings)

  const place: Place = {
    hash: password =>
      inTurn(async () => ({
        kind: 'hashed',
        hash: await argon2.hash(normalisePassword(password), { ...options, type: argon2.argon2id }),
      })),

    verify: (hash, password) =>
      inTurn(async () => {
        const long = Buffer.byteLength(password) > longestPassword
        const verified = await argon2.verify(long ? dummy : (hash ?? dummy), long ? '' : normalisePassword(password))
        const right = verified && hash !== undefined
        return { kind: 'verified', right, stale: right && argon2.needsRehash(hash, options) }
      }),
  }

  return {
    full,
    admit: act => admitted(() => act(place)),
    hash: password => admitted(() => place.hash(password)),
    verify: (hash, password) => admitted(() => place.verify(hash, password)),
  }
}
