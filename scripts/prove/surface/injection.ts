/** Somebody found a hole and writes into a page, on its way to a real browser, under its real headers: nothing of it acts. */
import type { Page } from 'playwright-core'
import type { Opened } from '../browser/chromium.ts'
import type { Fronted } from '../front/fronted.ts'
import { atLeast, is, type Row } from '../part.ts'
import { ATTACKER, injections } from './injections.ts'

const RED = 'body{outline:7px solid red}'

/** How long an injection may take to act, or the policy to refuse it, on a machine that is busy. */
const PATIENCE_MS = 5000

/** Injected by clicks: each may lead away. */
const CLICKED = ['injected-link', 'injected-form', 'injected-action']

/** Counts what the policy refuses, before anything of the page runs. */
const COUNT_REFUSED = `window.refused = 0
document.addEventListener('securitypolicyviolation', () => { window.refused += 1 })`

type Seen = { readonly acted: readonly string[]; readonly refused: number }

/** What was injected and acted, seen in the page or asked of the attacker's host; and whether the policy refused something. */
const look = async (page: Page, { front, world }: Fronted, path: string): Promise<Seen> => {
  const mark = front.exchanges.length
  const reached = () => front.exchanges.slice(mark).filter(({ host }) => host === ATTACKER)
  await page.goto(world.issuer + path, { waitUntil: 'load' })
  const acted = new Set<string>()
  let refused = 0
  const note = async (): Promise<void> => {
    const seen = (await page.evaluate(`({
      acted: window.acted ?? [],
      style: [document.body, document.getElementById('styled')]
        .filter(one => one && getComputedStyle(one).outlineWidth === '7px').length,
      base: new URL(document.baseURI).origin !== location.origin,
    })`)) as { acted: readonly string[]; style: number; base: boolean }
    for (const name of seen.acted) acted.add(name)
    if (seen.style > 0) acted.add('style')
    if (seen.base) acted.add('base')
    if (page.frames().some(frame => frame !== page.mainFrame() && /^https:/.test(frame.url()))) acted.add('frame')
    // a written frame has the page's policy, and its own tale of what it refused
    const tales = page.frames().map(frame => frame.evaluate('window.refused').catch(() => 0))
    for (const told of await Promise.all(tales)) refused += Number(told)
  }
  // a click that led away leaves no page to ask
  const noteWhereStill = (): Promise<void> => note().catch(() => undefined)
  await note()
  for (const id of CLICKED) await page.evaluate(`document.getElementById('${id}')?.click()`).catch(() => undefined)
  const until = performance.now() + PATIENCE_MS
  while (acted.size === 0 && refused === 0 && reached().length === 0 && performance.now() < until) {
    // an answer of our own leaves what was clicked the time to act
    await page.evaluate(`fetch('/health/live')`).catch(() => undefined)
    await noteWhereStill()
  }
  for (const { url } of reached()) acted.add(new URL(url).pathname)
  return { acted: [...acted], refused }
}

/** In a tab of its own: a click on what was injected may still be leading the other one away. */
const leads = async ({ context }: Opened, { front, world }: Fronted, path: string): Promise<boolean> => {
  const page = await context.newPage()
  const there = front.origin(ATTACKER)
  const refresh = `<meta http-equiv="refresh" content="0;url=${there}/refresh">`
  front.inject = body => body.replace('</main>', `${refresh}</main>`)
  const gone = page.waitForURL(`${there}/**`, { timeout: PATIENCE_MS, waitUntil: 'commit' }).then(
    () => true,
    () => false,
  )
  await page.goto(world.issuer + path, { waitUntil: 'commit' }).catch(() => undefined)
  front.inject = undefined
  const led = await gone
  await page.close()
  return led
}

export const injection = async (
  fronted: Fronted,
  opened: Opened,
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
  // each in a tab of its own: a click on what was injected may still be leading the former one away
  const into = async (html: string, path: string): Promise<Seen> => {
    const page = await opened.context.newPage()
    await page.addInitScript(COUNT_REFUSED)
    front.inject = body => body.replace('</main>', `${html}</main>`)
    try {
      return await look(page, fronted, path)
    } finally {
      front.inject = undefined
      await page.close()
    }
  }
  const acted: string[] = []
  const unrefused: string[] = []
  let tried = 0
  for (const path of paths)
    for (const { name, html } of injections) {
      progress(`injection of ${name} into ${path}`)
      tried += 1
      const seen = await into(html(there), path)
      for (const found of seen.acted) acted.push(`${name} into ${path}: ${found}`)
      if (seen.refused === 0) unrefused.push(`${name} into ${path}`)
    }
  // the same once the policy is taken away: what this tool sees act
  front.dropped = ['content-security-policy']
  const silent: string[] = []
  for (const { name, html } of injections) {
    progress(`injection of ${name}, without the policy`)
    if ((await into(html(there), paths[0] ?? '/')).acted.length === 0) silent.push(name)
  }
  front.dropped = []
  const led = await leads(opened, fronted, paths[0] ?? '/')
  return [
    atLeast('injections tried in a real browser', tried, injections.length * paths.length),
    is('injections that acted', acted.length, 0, acted.slice(0, 6).join('; ')),
    is('injections that the browser did not say it refused', unrefused.length, 0, unrefused.slice(0, 6).join('; ')),
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
