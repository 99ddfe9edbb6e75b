/** A neighbour of the same domain tosses cookies at Guichet: under every name it has, for every path, before, amid and after a sign-in. */
import type { Page } from 'playwright-core'
import { aPerson } from '../../../test/support/people.ts'
import { openBrowser } from '../browser/chromium.ts'
import { type Fronted, HOST } from '../front/fronted.ts'
import { is, type Row } from '../part.ts'
import { aProvedService, type ProvedService } from '../world/service.ts'

export const NEIGHBOUR = 'voisin.exemple.test'
const DOMAIN = 'exemple.test'
const SERVICE = 'service.autre.test'
/** Of 3.8 KB each: more than Node takes of headers. */
const FLOOD = 8

const nameOf = (key: string): string => key.slice(0, key.lastIndexOf('|'))
const subIn = (idToken: unknown): string => {
  const [, payload = ''] = String(idToken ?? '').split('.')
  return String(JSON.parse(Buffer.from(payload, 'base64url').toString()).sub)
}

/** What the attacker's own browser holds: under the same name, without what protects it, in other letters, under no name at all. */
const tossed = (cookies: ReadonlyMap<string, string>, paths: readonly string[]): readonly string[] =>
  [...cookies].flatMap(([key, value]) => {
    const name = nameOf(key)
    const pairs = [name, name.replace(/^__(?:Host|Secure)-/, ''), name.toLowerCase()].map(one => `${one}=${value}`)
    return [...new Set([...pairs, `=${name}=${value}`])].flatMap(pair =>
      paths.map(path => `${pair}; Domain=${DOMAIN}; Path=${path}; Secure; SameSite=None`),
    )
  })

type When = 'untouched' | 'before' | 'amid' | 'after'

export const tossing = async (
  path: string,
  fronted: Fronted,
  long: boolean,
  progress: (line: string) => void,
): Promise<readonly Row[]> => {
  const { front, world } = fronted
  const service = await aProvedService(world, { redirectUris: [`${front.origin(SERVICE)}/retour`] })
  front.serve(SERVICE, () => ({ body: '<!doctype html><h1>Revenu</h1>' }))
  const [yours, theirs] = await Promise.all([world.enrol(aPerson()), world.enrol(aPerson())])

  // one request of theirs is answered, another is left open: cookies of every kind
  const attacker = fronted.visitor()
  const form = await attacker.get(service.request().url)
  await attacker.get(service.request().url)
  const asked = new Map(attacker.cookies)
  const own = service.request()
  await attacker.submit(form, { nir: theirs.nir, password: theirs.password }, 'password')
  const landed = (await attacker.get(own.url)).url
  const subOf = async (url: string, { verifier }: ReturnType<ProvedService['request']>): Promise<string> => {
    const code = new URL(url).searchParams.get('code') ?? ''
    return subIn((await service.redeem(front, { code, verifier })).body.id_token)
  }
  const theirSub = await subOf(landed, own)
  const held = new Map([...asked, ...attacker.cookies])

  const toss = async (page: Page, lines: readonly string[]): Promise<void> => {
    for (let at = 0; at < lines.length; at += 50) {
      const headers = { 'content-type': 'text/html', 'set-cookie': lines.slice(at, at + 50) }
      front.serve(NEIGHBOUR, () => ({ headers, body: 'x' }))
      await page.goto(front.origin(NEIGHBOUR))
    }
  }
  const signIn = async (page: Page): Promise<void> => {
    await page.fill('main input[name="nir"]', yours.nir)
    await page.fill('main input[name="password"]', yours.password)
    await page.click('#sign-in')
    await page.waitForURL(`${front.origin(SERVICE)}/**`)
  }
  const inBrowser = async <Done>(act: (page: Page) => Promise<Done>): Promise<Done> => {
    const opened = await openBrowser(path, front)
    try {
      return await act(opened.context.pages()[0] ?? (await opened.context.newPage()))
    } finally {
      await opened.close()
      await opened.erase()
    }
  }

  const visit = (when: When): Promise<string> =>
    inBrowser(async page => {
      progress(`cookies tossed: ${when}`)
      const request = service.request()
      if (when === 'before') await toss(page, tossed(held, ['/', '/connexion', '/authorize']))
      await page.goto(request.url)
      if (when === 'amid') {
        const at = new URL(page.url()).pathname
        await toss(page, tossed(held, ['/', at, `/authorize/${at.split('/').at(-1)}`]))
        await page.goto(world.issuer + at)
      }
      await signIn(page)
      if (when !== 'after') return subOf(page.url(), request)
      await toss(page, tossed(held, ['/', '/connexion', '/authorize']))
      const silent = service.request({ prompt: 'none' })
      await page.goto(silent.url)
      return subOf(page.url(), silent)
    })
  const outcomeOf = (when: When): Promise<string> =>
    visit(when).catch(fault => `no answer: ${String(fault).split('\n')[0]}`)

  const mark = front.exchanges.length
  const clean = await visit('untouched')
  const outcomes = new Map<When, string>()
  for (const when of long ? (['before', 'amid', 'after'] as const) : (['amid'] as const))
    outcomes.set(when, await outcomeOf(when))

  const values = new Set(held.values())
  let arrived = 0
  let named = 0
  for (const { host, asked: lines } of front.exchanges.slice(mark)) {
    if (host !== HOST) continue
    const pairs = lines.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split('; '))
    for (const pair of pairs) {
      if (!values.has(pair.slice(pair.indexOf('=') + 1))) continue
      arrived += 1
      if (/^__Host-/i.test(pair)) named += 1
    }
  }

  /** Kept out by cookies that nobody can read, then let in again by the page that says so. */
  const flood = async (page: Page): Promise<readonly Row[]> => {
    progress('cookies tossed: a flood')
    const many = Array.from(
      { length: FLOOD },
      (_, at) => `n${at}=${'x'.repeat(3800)}; Domain=${DOMAIN}; Path=/; Secure`,
    )
    await toss(page, many)
    const request = service.request()
    const answer = await page.goto(request.url)
    await page.locator('main .button').first().click()
    await signIn(page)
    const inAgain = (await subOf(page.url(), request)) === clean
    return [
      is(`under ${FLOOD} large cookies of the neighbour: status of the page`, answer?.status() ?? 'none', 431),
      is('the same, led back by that page: the person signed in as themself', inAgain ? 1 : 0, 1),
    ]
  }
  const wrong = [...outcomes].filter(([, sub]) => sub !== clean)
  return [
    is(
      `cookies tossed ${[...outcomes.keys()].join(', ')} a sign-in: the person signed in as themself`,
      outcomes.size - wrong.length,
      outcomes.size,
      wrong.map(([when, sub]) => `${when}: ${sub === theirSub ? 'the attacker' : sub}`).join('; '),
    ),
    is('the attacker signed in instead', wrong.filter(([, sub]) => sub === theirSub).length, 0),
    is('cookies of the attacker that came under a __Host- name', named, 0),
    { what: 'cookies of the attacker that came under other names', figure: arrived, note: 'they changed nothing' },
    ...(await inBrowser(flood)),
  ]
}
