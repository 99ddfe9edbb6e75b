import { mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { inPage } from './in-page.ts'
import { proving } from './variants.ts'

type Theme = 'light' | 'dark' | 'forced'
type Look = { readonly theme: Theme; readonly width: number }

const SCREENS = new URL('../../../test-output/screens/', import.meta.url).pathname
const themes: readonly Theme[] = ['light', 'dark', 'forced']
const everyLook: readonly Look[] = themes.flatMap(theme => [320, 1280].map(width => ({ theme, width })))

const wear = async (page: Page, { theme, width }: Look): Promise<void> => {
  await page.setViewportSize({ width, height: 800 })
  await page.emulateMedia({
    colorScheme: theme === 'dark' ? 'dark' : 'light',
    forcedColors: theme === 'forced' ? 'active' : 'none',
    reducedMotion: 'reduce',
  })
}

/** What axe finds, as lines; in the short run each state is seen in the next of the six looks. */
export const axeFaults = async (page: Page, turn: number): Promise<readonly string[]> => {
  const looks = proving ? everyLook : everyLook.filter((_, index) => index === turn % everyLook.length)
  const faults: string[] = []
  for (const look of looks) {
    await wear(page, look)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    for (const { id, nodes } of violations) {
      const targets = nodes.map(({ target }) => target.join(' ')).slice(0, 4)
      faults.push(`axe ${look.theme} ${look.width}: ${id}: ${targets.join(' | ')}`)
    }
  }
  return faults
}

/** At 320 px, as it is and with the text spacing of WCAG 1.4.12: nothing beyond the edge, nothing cut. */
export const overflowFaults = async (page: Page): Promise<readonly string[]> => {
  await wear(page, { theme: 'light', width: 320 })
  const faults: string[] = []
  for (const spaced of [false, true]) {
    await inPage(page, 'spacing', spaced)
    const { scrolls, beyond, cut } = await inPage(page, 'overflow')
    const how = spaced ? '320 px, spaced' : '320 px'
    if (scrolls) faults.push(`${how}: scrolls sideways`)
    if (beyond.length > 0) faults.push(`${how}: beyond the edge: ${beyond.join(', ')}`)
    if (cut.length > 0) faults.push(`${how}: cut: ${cut.join(', ')}`)
  }
  await inPage(page, 'spacing', false)
  return faults
}

const shots: readonly Look[] = [
  { theme: 'light', width: 360 },
  { theme: 'dark', width: 1280 },
  { theme: 'dark', width: 360 },
  { theme: 'light', width: 1280 },
]

/** test-output/screens/<language>/<state>-<width>-<theme>.png: two each in the short run, all four in the long one. */
export const shoot = async (page: Page, folder: string, state: string): Promise<void> => {
  mkdirSync(`${SCREENS}${folder}`, { recursive: true })
  for (const look of proving ? shots : shots.slice(0, 2)) {
    await wear(page, look)
    await page
      .locator(':focus')
      .blur({ timeout: 500 })
      .catch(() => undefined)
    await page.screenshot({ path: `${SCREENS}${folder}/${state}-${look.width}-${look.theme}.png`, fullPage: true })
  }
}
