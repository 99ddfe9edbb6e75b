import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import argon2 from 'argon2'

export type PasswordSettings = {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  /** Hashes at once; the rest waits. */
  readonly concurrency: number
  /** How many may wait; beyond, the answer is `busy`. */
  readonly queue: number
}
export type Busy = { readonly kind: 'busy'; readonly retryAfterSeconds: number }
export type Hashed = { readonly kind: 'hashed'; readonly hash: string } | Busy
/** `stale`: right, but hashed with other parameters than today's; hash it again. */
export type Verified = { readonly kind: 'verified'; readonly right: boolean; readonly stale: boolean } | Busy

export type Passwords = {
  /** The caller has checked the password (password-policy.ts). */
  hash(password: string): Promise<Hashed>
  /** Exactly one argon2 verification whatever is given: without a hash, against a dummy of equal parameters. */
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

/** Bounds on what argon2 takes: beyond `concurrency` calls wait in turn, beyond `queue` they are told to come back. */
const makeTurnstile = ({ concurrency, queue }: PasswordSettings) => {
  const waiting: (() => void)[] = []
  let running = 0
  let lastMs = 30

  return async <T>(act: () => Promise<T>): Promise<T | Busy> => {
    if (running >= concurrency && waiting.length >= queue)
      return { kind: 'busy', retryAfterSeconds: Math.max(1, Math.ceil((waiting.length * lastMs) / concurrency / 1000)) }
    if (running >= concurrency) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    const started = performance.now()
    try {
      return await act()
    } finally {
      lastMs = 0.9 * lastMs + 0.1 * (performance.now() - started)
      const next = waiting.shift()
      // The turn is handed over, so that a newcomer never overtakes.
      if (next) next()
      if (!next) running -= 1
    }
  }
}

export const makePasswords = (settings: PasswordSettings = defaultPasswordSettings()): Passwords => {
  const options = { memoryCost: settings.memoryKib, timeCost: settings.passes, parallelism: settings.lanes }
  const dummy = makeDummy(settings)
  const inTurn = makeTurnstile(settings)

  return {
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
}
