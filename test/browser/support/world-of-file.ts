import { afterAll, afterEach, beforeAll, expect } from '@jest/globals'
import { hasBrowser } from './chromium.ts'
import { openWorld, type World, type WorldOptions } from './world.ts'

/** One world for a file of tests, closed after them. What went wrong unseen fails the test during which it did. */
export const worldOfFile = (
  settings: Readonly<Record<string, string>> = {},
  options: WorldOptions = {},
): (() => World) => {
  let world: World | undefined
  beforeAll(async () => {
    if (hasBrowser) world = await openWorld(settings, options)
  })
  afterAll(() => world?.stop())
  afterEach(async () => expect((await world?.problems()) ?? []).toEqual([]))
  return () => {
    if (!world) throw new Error('the world of this file is not open')
    return world
  }
}
