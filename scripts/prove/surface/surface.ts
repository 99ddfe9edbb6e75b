/** What is shown to the outside: headers, redirects, sessions, and the packages that are linked. */
import { inBrowser, openBrowser } from '../browser/chromium.ts'
import { type Fronted, openFronted } from '../front/fronted.ts'
import type { Part, Row } from '../part.ts'
import { framing } from './framing.ts'
import { headers } from './headers.ts'
import { injection } from './injection.ts'
import { packages } from './packages.ts'
import { redirects } from './redirects.ts'
import { sessions } from './sessions.ts'
import { starts } from './starts.ts'
import { NEIGHBOUR, tossing } from './tossing.ts'

const PROCESSES = 2
const PAGES = ['/connexion', '/inscription', '/', '/aide', '/mot-de-passe-oublie', '/deconnexion', '/nulle-part']

const browsed = (fronted: Fronted, long: boolean, progress: (line: string) => void): Promise<readonly Row[]> =>
  inBrowser(async path => {
    const opened = await openBrowser(path, fronted.front)
    try {
      fronted.front.phase = 'browser'
      const pages = long ? PAGES : PAGES.slice(0, 1)
      const injected = await injection(fronted, opened, pages, progress)
      const framed = await framing(fronted, opened, pages, NEIGHBOUR)
      return [...injected, ...framed, ...(await tossing(path, fronted, long, progress))]
    } finally {
      await opened.close()
      await opened.erase()
    }
  })

export const surface: Part = {
  name: 'surface',
  title: 'every answer carries its headers, and nothing that an outsider fixes or mixes up takes effect',
  minutes: { short: 6, long: 20 },
  async run({ form, store, progress }) {
    const long = form === 'long'
    const fronted = await openFronted({ store, processes: PROCESSES })
    try {
      return [
        ...(await headers(fronted, progress)),
        ...(await redirects(fronted, long, progress)),
        ...(await sessions(fronted, long ? 20 : 1, progress)),
        ...(await packages()),
        ...(await browsed(fronted, long, progress)),
        ...(await starts(long, progress)),
      ]
    } finally {
      await fronted.stop()
    }
  },
}
