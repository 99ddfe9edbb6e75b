import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import type { Actor } from './actor.ts'
import { some, told, type Variant } from './variants.ts'
import { openWorld, type World } from './world.ts'

export type Journey = (actor: Actor, world: World) => Promise<void>

/**
 * A world for a file of tests, and how to say its journeys. Each is played in the next row of the pairs (every combination in
 * the long run); `fits` leaves out the rows where it means nothing. What went wrong unseen fails it too.
 */
export const journeysIn = (settings: Readonly<Record<string, string>> = {}) => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(settings)
  })
  afterAll(() => world.stop())
  afterEach(() => expect(world.problems()).toEqual([]))

  return (name: string, journey: Journey, fits: (variant: Variant) => boolean = () => true): void => {
    it.each(some(fits).map(variant => [told(variant), variant] as const))(`${name} (%s)`, async (_, variant) => {
      const actor = await world.somebody(variant)
      await journey(actor, world)
      await actor.close()
    })
  }
}
