import { createCipheriv } from 'node:crypto'

/** Chance that nobody can foresee without the seed, and that the seed gives again. */
export type Chance = {
  between(low: number, high: number): number
  whole(below: number): number
  bytes(length: number): Buffer
}

const steps = 2 ** 32

/** Chance drawn from a seed of 32 bytes, written in base64url. */
export const repeatable = (seed: string): Chance => {
  const stream = createCipheriv('aes-256-ctr', Buffer.from(seed, 'base64url'), Buffer.alloc(16))
  const bytes = (length: number): Buffer => stream.update(Buffer.alloc(length))
  const fraction = (): number => bytes(4).readUInt32LE() / steps

  return {
    between: (low, high) => low + fraction() * (high - low),
    whole: below => Math.floor(fraction() * below),
    bytes,
  }
}
