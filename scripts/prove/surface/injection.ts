/** Somebody found a hole and writes into a page, on its way to a real browser, under its real headers: nothing of it acts. */
import type { Page } from 'playwright-core'
import type { Opened } from '../browser/chromium.ts'
import type { Fronted } from '../front/fronted.ts'
import { atLeast, is, type Row } from '../part.ts'
import { ATTACKER, injections } from './injections.ts'

const RED = 'body{outline:7px solid red}'

/** What was injected and acted: seen in the page, or asked of the attacker's host. */
const look = async (page: Page, { front, world }: Fronted, path: string): Promise<readonly string[]> => {
  const mark = front.exchanges.length
  await page.goto(world.issuer + path, { waitUntil: 'load' })
  const seen = (await page.evaluate(`(() => ({
    acted: window.acted ?? [],
    style: [document.body, document.getElementById('styled')]
      .filter(one => one && getComputedStyle(one).outlineWidth === '7px').length,
    base: new URL(document.baseURI).origin !== location.origin,
  }))()`)) as { readonly acted: readonly string[]; readonly style: number; readonly base: boolean }
  const frames = page.frames().filter(frame => frame !== page.mainFrame() && /^https:/.test(frame.url()))
  // each click may lead away: what is asked of elsewhere tells, and two answers of our own leave it the time
  for (const id of ['injected-link', 'injected-form', 'injected-action']) {
    await page.evaluate(`document.getElementById('${id}')?.click()`).catch(() => undefined)
    await page.evaluate(`fetch('/health/live').then(() => fetch('/health/live'))`).catch(() => undefined)
    if (!page.url().startsWith(world.issuer)) break
  }
  const clicked = (await page.evaluate('window.acted ?? []').catch(() => [])) as readonly string[]
  const reached = front.exchanges.slice(mark).filter(({ host }) => host === ATTACKER)
  return [
    ...new Set([
      ...seen.acted,
      ...clicked,
      ...(seen.style > 0 ? ['style'] : []),
      ...(seen.base ? ['base'] : []),
      ...frames.map(() => 'frame'),
      ...reached.map(({ url }) => new URL(url).pathname),
    ]),
  ]
}

const leads = async (page: Page, { front, world }: Fronted, path: string): Promise<boolean> => {
  const there = front.origin(ATTACKER)
  const refresh = `<meta http-equiv="refresh" content="0;url=${there}/refresh">`
  front.inject = body => body.replace('</main>', `${refresh}</main>`)
  const gone = page.waitForURL(`${there}/**`, { timeout: 5000, waitUntil: 'commit' })
  await page.goto(world.issuer + path, { waitUntil: 'commit' }).catch(() => undefined)
  front.inject = undefined
  return gone.then(
    () => true,
    () => false,
  )
}

export const injection = async (
  fronted: Fronted,
  { context }: Opened,
  paths: readonly string[],
  progress: (line: string) => void,
): Promise<readonly Row[]> => {
  const { front } = fronted
  const there = front.origin(ATTACKER)
  front.serve(ATTACKER, ({ url }) => {
    const isStyle = url.pathname.endsWith('.css')
    const script = `(window.acted=window.acted||[]).push('${url.pathname}')`
    return {
      headers: { 'content-type': isStyle ? 'text/css' : 'text/javascript', 'access-control-allow-origin': '*' },
      body: isStyle ? RED : script,
    }
  })
  const page = await context.newPage()
  const into = async (html: string, path: string): Promise<readonly string[]> => {
    front.inject = body => body.replace('</main>', `${html}</main>`)
    try {
      return await look(page, fronted, path)
    } finally {
      front.inject = undefined
    }
  }
  const acted: string[] = []
  let tried = 0
  for (const path of paths)
    for (const { name, html } of injections) {
      progress(`injection of ${name} into ${path}`)
      tried += 1
      for (const found of await into(html(there), path)) acted.push(`${name} into ${path}: ${found}`)
    }
  // the same once the policy is taken away: what this tool sees act
  front.dropped = ['content-security-policy']
  const silent: string[] = []
  for (const { name, html } of injections) {
    progress(`injection of ${name}, without the policy`)
    if ((await into(html(there), paths[0] ?? '/')).length === 0) silent.push(name)
  }
  front.dropped = []
  const led = await leads(page, fronted, paths[0] ?? '/')
  await page.close()
  return [
    atLeast('injections tried in a real browser', tried, injections.length * paths.length),
    is('injections that acted', acted.length, 0, acted.slice(0, 6).join('; ')),
    is(
      'of the same, those seen to act once the policy is taken away',
      injections.length - silent.length,
      injections.length,
      silent.join(', '),
    ),
    {
      what: 'an injected refresh that leads elsewhere',
      figure: led ? 'followed' : 'not followed',
      note: 'no directive of a policy forbids it: only that nothing can be written into a page keeps it out',
    },
  ]
}
