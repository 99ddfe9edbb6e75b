/** The same in a real browser, as somebody at a shared computer: what it asks for, what it says, what it leaves on the disk. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from '../browser/chromium.ts'
import type { TaintedPerson } from './ledger.ts'
import { type JourneyNeeds, mailedLink, typedBy } from './people.ts'
import { type Item, type Items, isOwn } from './places.ts'
import type { TaintedService } from './services.ts'
import type { Place } from './table.ts'

export const SERVICE_HOST = 'service.autre.test'

/** What a browser remembers for its own person: what they typed, where they went, which tabs were open. */
const OWN_MEMORY =
  /segmentation_platform|Web Data|Login Data|History|Network Action Predictor|Shortcuts|Top Sites|Favicons/
const TABS = /Sessions\//
const profiles: readonly Place[] = [
  'profile on disk, cache and cookies',
  'profile on disk, forms and addresses',
  'profile on disk, tabs to reopen',
]
const placeOf = (name: string): Place => {
  if (TABS.test(name)) return 'profile on disk, tabs to reopen'
  return OWN_MEMORY.test(name) ? 'profile on disk, forms and addresses' : 'profile on disk, cache and cookies'
}

const fill = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'city') await page.locator('select#city').waitFor()
    const control = page.locator(`main :is(input, select)[name="${name}"]:not([type="hidden"])`).first()
    if ((await control.count()) === 0) continue
    const tag = await control.evaluate(one => (one as { readonly tagName?: string }).tagName)
    const isBox = (await control.getAttribute('type')) === 'checkbox'
    if (tag === 'SELECT') await control.selectOption(value)
    else if (isBox) await control.check()
    else await control.fill(value)
  }
}

const sees = (page: Page, heading: RegExp): Promise<void> =>
  page.locator('h1', { hasText: heading }).waitFor({ state: 'visible' })

export const filesOf = async (folder: string): Promise<readonly Item[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(files.map(async file => ({ name: file.slice(folder.length + 1), bytes: await readFile(file) })))
}

/** Signs up, activates, signs out, signs in with a mistake first, signs out, goes back. */
const walk = async (
  needs: JourneyNeeds,
  page: Page,
  person: TaintedPerson,
  service: TaintedService,
): Promise<readonly Item[]> => {
  const { front } = needs.fronted
  const home = `${front.origin(SERVICE_HOST)}/`
  let to = ''
  front.serve(SERVICE_HOST, ({ url }) => ({
    body: `<!doctype html><title>Service</title><h1>${url.pathname === '/' ? 'Service' : 'Revenu'}</h1><a id="in" href="${to.replaceAll('&', '&amp;')}">Se connecter</a>`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'unsafe-url',
      'cache-control': 'no-store',
    },
  }))
  const comeFrom = async (parameters: Readonly<Record<string, string>>): Promise<string> => {
    const { url, verifier } = service.request(parameters)
    to = url
    await page.goto(home)
    await page.locator('#in').click()
    return verifier
  }
  const arrive = async (verifier: string): Promise<void> => {
    await sees(page, /^Revenu$/)
    await service.use(service.codeOn({ url: page.url(), body: '' } as never), verifier)
  }
  const signOut = async (): Promise<void> => {
    await page.goto(`${needs.fronted.world.issuer}/deconnexion`)
    await page.locator('#sign-out').click()
    await sees(page, /^Votre session est fermée$/)
  }

  const first = await comeFrom({ prompt: 'create' })
  await fill(page, typedBy(person))
  await page.locator('#create-account').click()
  await sees(page, /^Consultez votre messagerie$/)
  await page.goto(await mailedLink(needs, person.email, /^Activez/))
  await page.locator('#activate').click()
  await sees(page, /^Félicitations/)
  await page.locator('main .actions a').first().click()
  await page.locator('#allow').click()
  await arrive(first)
  await signOut()
  const second = await comeFrom({ login_hint: person.loginHint })
  await fill(page, { nir: person.nir, password: person.wrongPassword })
  await page.locator('#sign-in').click()
  await page.locator('.summary, .notice, .fault').first().waitFor()
  await page.waitForLoadState('load')
  await fill(page, { nir: person.nir, password: person.password })
  await page.locator('#sign-in').click()
  await arrive(second)
  const third = await comeFrom({ prompt: 'consent' })
  await page.locator('#allow').waitFor()
  await page.locator('#allow').click()
  await arrive(third)
  await signOut()
  // the next person at this computer presses « back »
  const back: Item[] = []
  for (let step = 0; step < 25; step += 1) {
    await page.goBack({ waitUntil: 'load' }).catch(() => undefined)
    if (page.url().startsWith('about:')) break
    back.push({ name: page.url(), bytes: isOwn(page.url()) ? await page.content().catch(() => '') : '' })
  }
  return back
}

export type Browsed = { readonly items: Items; readonly shownByBack: string; readonly files: number }

export const browse = async (
  path: string,
  needs: JourneyNeeds,
  person: TaintedPerson,
  service: TaintedService,
): Promise<Browsed> => {
  const { front } = needs.fronted
  const opened = await openBrowser(path, front)
  try {
    const said: Item[] = []
    const asked: Item[] = []
    const referers: Item[] = []
    const listen = (page: Page): void => {
      page.on('console', message => void said.push({ name: `console ${message.type()}`, bytes: message.text() }))
      page.on('pageerror', fault => void said.push({ name: 'page error', bytes: String(fault.stack) }))
    }
    opened.context.on('request', request => {
      asked.push({ name: `${request.method()} ${request.resourceType()}`, bytes: request.url() })
      const { referer } = request.headers()
      if (referer && isOwn(referer)) referers.push({ name: request.resourceType(), bytes: referer })
    })
    const page = opened.context.pages()[0] ?? (await opened.context.newPage())
    listen(page)
    const back = await walk(needs, page, person, service)
    await opened.close()
    const files = await filesOf(opened.profile)
    return {
      items: {
        'addresses asked by the browser': asked,
        'Referer sent by the browser': referers,
        'console of the browser': said,
        'history of the tab': back.map(({ name }) => ({ name: 'address', bytes: name })),
        ...Object.fromEntries(profiles.map(place => [place, files.filter(({ name }) => placeOf(name) === place)])),
      },
      shownByBack: back.map(({ bytes }) => bytes).join('\n'),
      files: files.length,
    }
  } finally {
    await opened.close().catch(() => undefined)
    await opened.erase()
  }
}
