import type { Locator, Page } from 'playwright-core'

export type Hand = {
  /** Gives a control its answer, whatever kind it is: text, list, radio or checkbox ('on'). */
  answer(control: Locator, value: string): Promise<void>
  press(control: Locator): Promise<void>
  enterIn(control: Locator): Promise<void>
}

const MOST_TABS = 90

const kindOf = (control: Locator): Promise<string> =>
  control.first().evaluate(element => {
    if (element.localName !== 'input') return element.localName
    const type = element.getAttribute('type')
    return type === 'radio' || type === 'checkbox' ? type : 'text'
  })

const valueIn = (control: Locator): Promise<string> =>
  control.first().evaluate(element => ('value' in element ? String(element.value) : ''))

const hasFocus = (control: Locator): Promise<boolean> =>
  control.first().evaluate(element => element === element.ownerDocument.activeElement)

const mouse: Hand = {
  answer: async (control, value) => {
    const kind = await kindOf(control)
    if (kind === 'select') await control.selectOption(value)
    else if (kind === 'checkbox') await control.check()
    else if (kind === 'radio') await control.and(control.page().locator(`[value="${value}"]`)).check()
    else await control.fill(value)
  },
  press: async control => {
    await control.first().click()
  },
  enterIn: async control => {
    await control.press('Enter')
  },
}

/** Tab, typing, arrows, space and Enter: nothing else. A control that Tab never reaches fails the test. */
const makeKeyboard = (page: Page): Hand => {
  const reach = async (control: Locator): Promise<void> => {
    await control.first().waitFor()
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if (await hasFocus(control)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`Tab never reaches ${control}`)
  }
  /** Arrows until the right one of a list or of radios: at most once round. */
  const arrowTo = async (control: Locator, value: string, current: () => Promise<string>): Promise<void> => {
    for (let steps = 0; steps < 150; steps++) {
      if ((await current()) === value) return
      await page.keyboard.press('ArrowDown')
    }
    throw new Error(`arrows never reach ${value} in ${control}`)
  }
  return {
    answer: async (control, value) => {
      const kind = await kindOf(control)
      await reach(control)
      if (kind === 'select') {
        // typing an option's first letters chooses it, as everybody's keyboard does; one that this keyboard has no key for is not typed
        const option = (await control.locator(`option[value="${value}"]`).textContent()) ?? ''
        await page.keyboard.type(/^[ -~]*/.exec(option)?.[0] ?? '')
        return arrowTo(control, value, () => valueIn(control))
      }
      if (kind === 'radio') {
        await page.keyboard.press('Space')
        return arrowTo(control, value, () => valueIn(page.locator('input:checked:focus')))
      }
      if (kind === 'checkbox') {
        if (!(await control.isChecked())) await page.keyboard.press('Space')
        return
      }
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.type(value)
    },
    press: async control => {
      await reach(control)
      await page.keyboard.press('Enter')
    },
    enterIn: async control => {
      await reach(control)
      await page.keyboard.press('Enter')
    },
  }
}

export const makeHand = (page: Page, kind: 'mouse' | 'keyboard'): Hand =>
  kind === 'mouse' ? mouse : makeKeyboard(page)
