import { randomInt } from 'node:crypto'

/** Chance that nobody can foresee, from the system's generator. */
export const whole = (below: number): number => randomInt(below)

const steps = 2 ** 32

/** A number from low up to, and without, high. */
export const between = (low: number, high: number): number => low + (randomInt(steps) / steps) * (high - low)

export const chance = (probability: number): boolean => between(0, 1) < probability

export const oneOf = <T>(things: readonly [T, ...T[]]): T => things[randomInt(things.length)] ?? things[0]

/** The same things in an order of which each is as likely as any other. */
export const shuffled = <T>(things: readonly T[]): T[] => {
  const order = [...things]
  order.forEach((thing, index) => {
    const other = index + randomInt(order.length - index)
    order[index] = order[other] ?? thing
    order[other] = thing
  })
  return order
}
