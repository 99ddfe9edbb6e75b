import { createCipheriv, createHmac } from 'node:crypto'
import { shuffled } from './random.ts'

/** Chance that nobody can foresee without the seed, and that the seed gives again. */
export type Chance = {
  between(low: number, high: number): number
  whole(below: number): number
  bytes(length: number): Buffer
  oneOf<T>(things: readonly [T, ...T[]]): T
  shuffled<T>(things: readonly T[]): T[]
}

const steps = 2 ** 32

/** Chance drawn from a seed of 32 bytes, written in base64url. */
export const repeatable = (seed: string): Chance => {
  const stream = createCipheriv('aes-256-ctr', Buffer.from(seed, 'base64url'), Buffer.alloc(16))
  const bytes = (length: number): Buffer => stream.update(Buffer.alloc(length))
  const fraction = (): number => bytes(4).readUInt32LE() / steps

  const whole = (below: number): number => Math.floor(fraction() * below)

  return {
    between: (low, high) => low + fraction() * (high - low),
    whole,
    bytes,
    oneOf: things => things[whole(things.length)] ?? things[0],
    shuffled: things => shuffled(things, whole),
  }
}

/** A seed of its own for each part of what one seed gives. */
export const seedFor = (seed: string, part: string): string =>
  createHmac('sha256', Buffer.from(seed, 'base64url')).update(part).digest('base64url')
