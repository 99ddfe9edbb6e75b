/** A refused sign-in without JavaScript, reloaded: what the browser then writes with its tabs, which only a script can have it forget. */
import { aPerson } from '../../../test/support/people.ts'
import { openBrowser } from '../browser/chromium.ts'
import type { Fronted } from '../front/fronted.ts'
import type { Row } from '../part.ts'
import { filesOf } from './browser.ts'
import { makeSearch } from './search.ts'

const WRONG = 'Rhododendron-77-bis'

export const withoutScripts = async (path: string, { world, front }: Fronted): Promise<Row> => {
  const { nir } = await world.enrol(aPerson())
  const opened = await openBrowser(path, front, { javaScriptEnabled: false })
  try {
    const page = opened.context.pages()[0] ?? (await opened.context.newPage())
    await page.goto(`${world.issuer}/connexion`)
    await page.fill('main input[name="nir"]', nir)
    await page.fill('main input[name="password"]', WRONG)
    await page.click('#sign-in')
    await page.locator('.notice').first().waitFor()
    await page.reload()
    await opened.close()
    const search = makeSearch([{ kind: 'password', text: WRONG }])
    const kept = (await filesOf(opened.profile)).filter(({ bytes }) => search(bytes).length > 0)
    return {
      what: 'without JavaScript, reloaded after a refusal: files of the browser that hold the password',
      figure: kept.length,
      note: 'OPEN: Chromium writes what it posts again; a redirect after each refusal alone would spare it',
    }
  } finally {
    await opened.close().catch(() => undefined)
    await opened.erase()
  }
}
