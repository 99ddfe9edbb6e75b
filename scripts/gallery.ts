/**
 * Draws every page in every state: test-output/gallery/*.html, and screenshots when a browser is there.
 * node scripts/gallery.ts [part of a name] [--only-html]
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { type BrowserContextOptions, chromium } from 'playwright-core'
import { makeDrawing } from '../src/protection/challenge/draw.ts'
import { makeAssets } from '../src/web/views/assets.ts'
import { makeViews, type Views } from '../src/web/views/engine.ts'
import type { Language } from '../src/web/views/models.ts'
import { makeTexts } from '../src/web/views/texts.ts'
import { commonOf, type Sample, samples, site } from '../test/web/views/samples.ts'

const OUTPUT = new URL('../test-output/gallery/', import.meta.url)
const VIEWS: readonly { readonly name: string; readonly options: BrowserContextOptions }[] = [
  { name: '320', options: { viewport: { width: 320, height: 640 } } },
  { name: '360', options: { viewport: { width: 360, height: 740 } } },
  { name: '360-dark', options: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } },
  { name: '1280', options: { viewport: { width: 1280, height: 800 } } },
  { name: '1280-dark', options: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' } },
  { name: '360-no-script', options: { viewport: { width: 360, height: 740 }, javaScriptEnabled: false } },
]
const CSP =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'"

const assets = makeAssets()
const views: Views = makeViews({ site, assets, texts: makeTexts() })
const htmlOf = ({ page, model, common }: Sample, language: Language): string =>
  views.render(page, model as never, commonOf(language, common))

/** Five drawings as the challenge makes them. */
const drawFive = async (): Promise<readonly Buffer[]> => {
  const { draw } = makeDrawing()
  const turns = await Promise.all(
    ['pants', 'alarm', 'camera', 'wallet', 'paperclip'].map(icon => draw(icon, randomBytes(32).toString('base64url'))),
  )
  return turns.flatMap(turn => (turn.kind === 'done' ? [turn.value] : []))
}

/** The pages over HTTP under the real policy. */
const serve = async (pages: ReadonlyMap<string, string>) => {
  const pictures = await drawFive()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const asset = assets.serve(path)
    const page = pages.get(path)
    if (asset) return response.writeHead(200, { 'Content-Type': asset.type }).end(asset.body)
    if (page)
      return response
        .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': CSP })
        .end(page)
    const picture = pictures[Number(/(\d)\.png$/.exec(path)?.[1] ?? 0) - 1]
    if (picture) return response.writeHead(200, { 'Content-Type': 'image/png' }).end(picture)
    if (path.endsWith('villes'))
      return response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end('{"towns":["Bayeux","Cussy","Guéron"]}')
    return response.writeHead(404).end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'only-html': { type: 'boolean' } },
})
const wanted = samples.filter(
  sample => positionals.length === 0 || positionals.some(part => sample.name.includes(part)),
)
const pages = new Map<string, string>()
for (const sample of wanted)
  for (const language of ['fr', 'en'] as const) pages.set(`/${sample.name}.${language}.html`, htmlOf(sample, language))

mkdirSync(OUTPUT, { recursive: true })
for (const [path, html] of pages) writeFileSync(new URL(`.${path}`, OUTPUT), html)
console.log(`${pages.size} pages in test-output/gallery/`)

if (!flags['only-html']) {
  const { server, origin } = await serve(pages)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  let wide = 0
  for (const view of VIEWS) {
    const context = await browser.newContext({ ...view.options, locale: 'fr-FR' })
    const tab = await context.newPage()
    tab.on(
      'console',
      message => message.type() === 'error' && console.log(`${view.name} ${tab.url()}: ${message.text()}`),
    )
    for (const path of pages.keys()) {
      if (path.endsWith('.en.html') && view.name !== '320') continue
      await tab.goto(`${origin}${path}`)
      const excess =
        view.options.javaScriptEnabled === false
          ? 0
          : await tab.evaluate('document.documentElement.scrollWidth - innerWidth')
      if (Number(excess) > 0) {
        wide += 1
        console.log(`${view.name} ${path} scrolls sideways by ${excess} px`)
      }
      await tab.screenshot({
        path: new URL(`.${path.replace('.html', '')}.${view.name}.png`, OUTPUT).pathname,
        fullPage: true,
      })
    }
    await context.close()
  }
  await browser.close()
  server.close()
  if (wide > 0) process.exitCode = 1
}
