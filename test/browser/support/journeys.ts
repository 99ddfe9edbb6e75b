import type { Actor } from './actor.ts'
import { itInBrowser } from './chromium.ts'
import { some, told, type Variant } from './variants.ts'
import type { World, WorldOptions } from './world.ts'
import { worldOfFile } from './world-of-file.ts'

/** Every row comes from one network, and what a network may do in an hour is bounded: each comes an hour after the one before. */
const AN_HOUR = 3600

type Journey = (actor: Actor, world: World) => Promise<void>

/**
 * A world for a file of tests, and how to say its journeys. Each is played in the next row of the pairs (every combination in
 * the long run); `fits` leaves out the rows where it means nothing.
 */
export const journeysIn = (settings: Readonly<Record<string, string>> = {}, options: WorldOptions = {}) => {
  const world = worldOfFile(settings, options)

  return (name: string, journey: Journey, fits: (variant: Variant) => boolean = () => true): void => {
    const rows = some(fits).map(variant => [told(variant), variant] as const)
    itInBrowser.each(rows)(`${name} (%s)`, async (_, variant) => {
      await world().advance(AN_HOUR)
      const actor = await world().somebody(variant)
      await journey(actor, world())
      await actor.close()
    })
  }
}
