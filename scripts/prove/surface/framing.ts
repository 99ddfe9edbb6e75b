/** Every page put in a frame: of an attacker, of a neighbour, of Guichet itself; by each of the two headers alone. */
import type { Opened } from '../browser/chromium.ts'
import { type Fronted, HOST } from '../front/fronted.ts'
import { atLeast, is, type Row } from '../part.ts'
import { ATTACKER } from './injections.ts'

const POLICY = 'content-security-policy'
const OPTIONS = 'x-frame-options'

export const framing = async (
  { front, world }: Fronted,
  { context }: Opened,
  paths: readonly string[],
  neighbour: string,
): Promise<readonly Row[]> => {
  const page = await context.newPage()
  const isShown = async (host: string, path: string, dropped: readonly string[]): Promise<boolean> => {
    const frame = `<iframe src="${world.issuer}${path}"></iframe>`
    front.dropped = dropped
    if (host === HOST) front.inject = (body, url) => (url.pathname === '/aide' ? body.replace('</main>', frame) : body)
    else front.serve(host, () => ({ body: `<!doctype html><title>x</title>${frame}` }))
    await page.goto(host === HOST ? `${world.issuer}/aide` : front.origin(host), { waitUntil: 'load' })
    front.inject = undefined
    front.dropped = []
    return page.frames().some(one => one !== page.mainFrame() && one.url().startsWith(world.issuer))
  }
  const shown: string[] = []
  let tried = 0
  const attempt = async (host: string, path: string, dropped: readonly string[] = []): Promise<void> => {
    tried += 1
    if (await isShown(host, path, dropped)) shown.push(`${path} by ${host} without ${dropped.join() || 'nothing'}`)
  }
  for (const path of paths) {
    for (const host of [ATTACKER, neighbour]) await attempt(host, path)
    for (const dropped of [POLICY, OPTIONS]) await attempt(ATTACKER, path, [dropped])
    // its own policy forbids any frame: taken away, the other header holds
    await attempt(HOST, path, [POLICY])
  }
  const controls = [ATTACKER, neighbour, HOST]
  let seen = 0
  for (const host of controls) if (await isShown(host, paths[0] ?? '/', [POLICY, OPTIONS])) seen += 1
  await page.close()
  return [
    atLeast('pages put in frames', tried, paths.length * 5),
    is('pages shown in a frame', shown.length, 0, shown.slice(0, 4).join('; ')),
    is('of the same, shown once both headers are taken away', seen, controls.length),
  ]
}
