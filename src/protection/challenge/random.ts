import { randomInt } from 'node:crypto'

/** Chance that nobody can foresee, from the system's generator. */
export const whole = (below: number): number => randomInt(below)

/** The same things in an order of which each is as likely as any other. */
export const shuffled = <T>(things: readonly T[], draw: (below: number) => number = whole): T[] => {
  const order = [...things]
  order.forEach((thing, index) => {
    const other = index + draw(order.length - index)
    order[index] = order[other] ?? thing
    order[other] = thing
  })
  return order
}
