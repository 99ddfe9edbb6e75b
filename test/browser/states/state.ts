import { expect } from '@jest/globals'
import type { Actor } from '../support/actor.ts'
import { itInBrowser } from '../support/chromium.ts'
import { axeFaults, overflowFaults, shoot } from '../support/looks.ts'
import { controlFaults, focusFaults, summaryFaults } from '../support/tree.ts'
import { proving } from '../support/variants.ts'
import type { Arrival, World, WorldOptions } from '../support/world.ts'
import { worldOfFile } from '../support/world-of-file.ts'

/** A page as somebody comes to see it: by doing what leads there. */
export type State = {
  readonly name: string
  readonly reach: (actor: Actor, world: World) => Promise<void>
  readonly arrival?: Arrival
}

let turn = 0

const languages = () => (proving ? (['fr', 'en'] as const) : ([turn % 3 === 2 ? 'en' : 'fr'] as const))

/** Registers a test for each state: axe, order of focus, accessibility tree, summary, 320 px and text spacing, screenshots. */
export const lookAt = (
  states: readonly State[],
  settings: Readonly<Record<string, string>> = {},
  options: WorldOptions = {},
): void => {
  const world = worldOfFile(settings, options)

  itInBrowser.each(states)('$name', async ({ name, reach, arrival }) => {
    for (const language of languages()) {
      const actor = await world().somebody({ ...arrival, language })
      await reach(actor, world())
      const { page } = actor
      await page.waitForLoadState()
      const faults = [
        ...(await summaryFaults(page)),
        ...(await controlFaults(page)),
        ...(await focusFaults(page)),
        ...(await overflowFaults(page)),
        ...(await axeFaults(page, turn++)),
      ]
      if ((await page.locator('html').getAttribute('lang')) !== language)
        faults.push('lang is not the language of the page')
      await shoot(page, language, name)
      expect(faults).toEqual([])
      await actor.close()
    }
  })
}
