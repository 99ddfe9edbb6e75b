import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { hasBrowser, itInBrowser } from './support/chromium.ts'
import { axeFaults, overflowFaults } from './support/looks.ts'
import { controlFaults, focusFaults, summaryFaults } from './support/tree.ts'
import { PAIRS } from './support/variants.ts'
import { openWorld, type World } from './support/world.ts'

/** What each instrument says of a page that is wrong in one way. */
const wrong: readonly (readonly [string, (page: Page) => Promise<readonly string[]>, string, RegExp])[] = [
  ['a line too long', overflowFaults, '<p style="width: 500px">x</p>', /scrolls sideways/],
  ['a text cut off', overflowFaults, '<p style="height: 8px; overflow: hidden">x</p>', /cut: p/],
  ['a control without a name', controlFaults, '<input name="nir">', /nir: has no name/],
  [
    'a hint that is not read out',
    controlFaults,
    '<div class="field"><label for="a">A</label><p id="a-hint">hint</p><input id="a" name="a"></div>',
    /its hint is not its description/,
  ],
  [
    'an error that is not read out',
    controlFaults,
    '<label for="a">A</label><p id="a-error">wrong</p><input id="a" name="a">',
    /its error is not its description/,
  ],
  [
    'an order of focus of its own',
    focusFaults,
    '<a href="/1">1</a><a href="/2" tabindex="1">2</a><a href="/3">3</a>',
    /focus: goes/,
  ],
  ['a focus that is not seen', focusFaults, '<a href="/1" style="outline: none">1</a>', /not seen on a/],
  [
    'a summary that leads nowhere',
    summaryFaults,
    '<div class="column"><div id="summary"><a href="#nir">wrong</a></div></div>',
    /#nir leads to no field/,
  ],
  [
    'a contrast too low',
    page => axeFaults(page, 0),
    '<p style="color: #ccc; background: #fff">pale words</p>',
    /color-contrast/,
  ],
]

let world: World
beforeAll(async () => {
  if (hasBrowser) world = await openWorld()
})
afterAll(() => world?.stop())

describe('the instruments of these tests', () => {
  itInBrowser.each(wrong)('find %s', async (_, instrument, body, expected) => {
    const { page } = await world.somebody()
    await page.setContent(`<!doctype html><html lang="fr"><title>x</title><main>${body}</main>`)
    expect((await instrument(page)).join('\n')).toMatch(expected)
  })

  itInBrowser('find an error in the console, a third party, a failed request and a refused style', async () => {
    const { page } = await world.somebody()
    await page.goto(world.guichet.issuer)
    await page.evaluate(`(async () => {
      console.error('broken')
      document.body.insertAdjacentHTML('beforeend', '<p style="color: red">x</p><img src="/nowhere.png" alt="">')
      await fetch('https://ailleurs.example/').catch(() => {})
    })()`)
    await page.waitForResponse('**/nowhere.png').catch(() => undefined)
    const problems = (await world.problems()).join('\n')
    expect(problems).toMatch(/broken/)
    expect(problems).toMatch(/Content Security Policy/)
    await page.goto('https://ailleurs.example/').catch(() => undefined)
    expect((await world.problems()).join('\n')).toMatch(/third party/)
  })

  it('pair every value with every value of another property', () => {
    const keys = ['language', 'width', 'script', 'hand'] as const
    const values = (key: (typeof keys)[number]) => [...new Set(PAIRS.map(row => row[key]))]
    const missing = keys.flatMap(one =>
      keys
        .filter(other => other > one)
        .flatMap(other =>
          values(one).flatMap(a =>
            values(other)
              .filter(b => !PAIRS.some(row => row[one] === a && row[other] === b))
              .map(b => `${one} ${a}, ${other} ${b}`),
          ),
        ),
    )
    expect(missing).toEqual([])
  })
})
