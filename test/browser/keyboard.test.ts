import { describe, expect } from '@jest/globals'
import { journeysIn } from './support/journeys.ts'

const journey = journeysIn()

describe('by keyboard', () => {
  journey('the first stop leads past the header, to the content', async ({ page, goTo }) => {
    await goTo('/connexion')
    await page.keyboard.press('Tab')
    const skip = page.locator('a.skip')
    expect(await skip.evaluate(link => link === link.ownerDocument.activeElement)).toBe(true)
    expect(await skip.isVisible()).toBe(true)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.locator('main :focus').count()).toBe(1)
  })

  journey('help about the number opens and closes in place', async ({ page, goTo }) => {
    await goTo('/mot-de-passe-oublie')
    const help = page.locator('details.where')
    await help.locator('summary').focus()
    await page.keyboard.press('Enter')
    await help.locator('li').first().waitFor()
    await page.keyboard.press('Enter')
    await help.locator('li').first().waitFor({ state: 'hidden' })
  })

  journey('arrows choose among the answers of a list, and nothing is sent', async ({ page, goTo, control }) => {
    await goTo('/inscription')
    await control('diploma').focus()
    await page.keyboard.press('ArrowDown')
    expect(await control('diploma').inputValue()).not.toBe('NONE')
    expect(new URL(page.url()).pathname).toBe('/inscription')
  })
})
