import type { Page, Route } from 'playwright-core'
import { sampleServiceMetadata } from '../../../src/demo/service/metadata.ts'
import { makeSampleService, type SampleService } from '../../../src/demo/service/sample-service.ts'
import { freePort } from '../../support/free-port.ts'
import { type Actor, makeActor } from './actor.ts'
import { launch } from './chromium.ts'
import { openFranceConnect } from './france-connect.ts'
import { openGuichet, type VisitedGuichet } from './guichet.ts'
import type { Variant } from './variants.ts'
import { type Watch, watch } from './watch.ts'

export type Arrival = Partial<Variant> & {
  readonly cookies?: 'off'
  /** Scripts are there but never arrive: what axe needs, for it hangs where JavaScript is off. */
  readonly scriptsBlocked?: boolean
}

export type World = {
  readonly guichet: VisitedGuichet
  readonly service: SampleService
  readonly clientId: string
  /** Somebody with a browser of their own. */
  somebody(arrival?: Arrival): Promise<Actor>
  /** Another tab of the same browser. */
  anotherTab(actor: Actor): Promise<Actor>
  /** Everything that went wrong in the background since it was last asked; tests expect nothing. */
  problems(): Promise<readonly string[]>
  /** Time passes, for Guichet and for the service. */
  advance(seconds: number): Promise<void>
  /** The answer to the challenge on this page. */
  answerTo(page: Page): Promise<string>
  stop(): Promise<void>
}

/** A fault that Guichet logged: pages may hide it, no journey may cause it. */
const faultOf = (line: string): readonly string[] => {
  if (!line.startsWith('{')) return line.trim() === '' ? [] : [`Guichet wrote: ${line}`]
  const { level, err, msg } = JSON.parse(line) as {
    level: number | string
    err?: { stack?: string; message?: string }
    msg?: string
  }
  const isFault = typeof level === 'number' ? level >= 50 : level === 'error' || level === 'fatal'
  return isFault ? [`Guichet logged: ${msg ?? ''} ${err?.stack ?? err?.message ?? ''}`] : []
}

/** As a browser that refuses cookies: none is sent, none is kept. */
const withoutCookies = async (route: Route): Promise<void> => {
  const request = route.request()
  const { cookie: _none, ...headers } = await request.allHeaders()
  const sent = Object.entries(headers).filter(([name]) => !name.startsWith(':'))
  const body = request.postData()
  // redirects are followed here: the browser would follow them by itself, out of reach, keeping cookies
  const answer = await fetch(request.url(), {
    method: request.method(),
    headers: Object.fromEntries(sent),
    ...(body === null ? {} : { body }),
  })
  const { 'set-cookie': _dropped, 'content-encoding': _decoded, ...kept } = Object.fromEntries(answer.headers)
  await route.fulfill({ status: answer.status, headers: kept, body: Buffer.from(await answer.arrayBuffer()) })
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

export type WorldOptions = {
  /** A simulated FranceConnect stands by: its button is on the pages. */
  readonly franceConnect?: boolean
}

const noFranceConnect = { settings: {}, origin: undefined, stop: async () => {} }

/** Guichet, the sample service as its relying party, and Chromium: once for each file of tests. */
export const openWorld = async (
  settings: Readonly<Record<string, string>> = {},
  { franceConnect = false }: WorldOptions = {},
): Promise<World> => {
  const france = franceConnect ? await openFranceConnect(await freePort()) : noFranceConnect
  const [guichet, browser, port] = await Promise.all([
    openGuichet({ GUICHET_ALLOW_LOOPBACK_FETCH: 'true', ...france.settings, ...settings }),
    launch(),
    freePort(),
  ])
  const registered = await guichet.addService(sampleServiceMetadata(`http://localhost:${port}`))
  const service = makeSampleService({
    issuer: guichet.issuer,
    clientId: registered.id,
    clientSecret: registered.secret,
    port,
    log: quiet,
  })
  await service.start()
  const watches: Watch[] = []
  const told = new Set<string>()

  return {
    guichet,
    service,
    clientId: registered.id,
    somebody: async (arrival = {}) => {
      const { language = 'fr', width = 1280, script = true, hand = 'mouse', cookies, scriptsBlocked } = arrival
      const context = await browser.newContext({
        locale: language === 'fr' ? 'fr-FR' : 'en-GB',
        viewport: { width, height: 800 },
        javaScriptEnabled: script,
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(8_000)
      watches.push(watch(context, [guichet.issuer, service.url, ...(france.origin ? [france.origin] : [])]))
      if (scriptsBlocked) await context.route(/\.js$/, route => route.abort('blockedbyclient'))
      if (cookies === 'off') await context.route('**/*', withoutCookies)
      const page = await context.newPage()
      return makeActor({ page, guichet, service, variant: { language, width, script, hand } })
    },
    anotherTab: async ({ page, variant }) =>
      makeActor({ page: await page.context().newPage(), guichet, service, variant }),
    problems: async () => {
      const unseen = watches.flatMap(({ problems }) => problems)
      const logged = (await guichet.logged()).split('\n')
      const found = [...unseen, ...logged.flatMap(faultOf)].filter(problem => !told.has(problem))
      for (const problem of found) told.add(problem)
      return found
    },
    advance: guichet.advance,
    answerTo: page => answerTo(guichet, page),
    stop: async () => {
      await browser.close()
      await service.stop()
      await guichet.stop()
      await france.stop()
    },
  }
}

/** The answer to the challenge on the page: from the store, for the page must never tell it. */
const answerTo = async (guichet: VisitedGuichet, page: Page): Promise<string> => {
  const id = await page.locator('input[name="challengeId"]').inputValue()
  const record = await guichet.app.stores.records.get('challenge', id)
  if (typeof record !== 'object' || record === null || !('answer' in record)) throw new Error('no such challenge')
  return String(record.answer)
}
