/** What is shown to the outside: headers, redirects, sessions, and the packages that are linked. */
import { openFronted } from '../front/fronted.ts'
import type { Part } from '../part.ts'
import { headers } from './headers.ts'
import { packages } from './packages.ts'
import { redirects } from './redirects.ts'
import { sessions } from './sessions.ts'

const PROCESSES = 2

export const surface: Part = {
  name: 'surface',
  title: 'every answer carries its headers, and nothing that an outsider fixes or mixes up takes effect',
  minutes: { short: 5, long: 20 },
  async run({ form, store, progress }) {
    const long = form === 'long'
    const fronted = await openFronted({ store, processes: PROCESSES })
    try {
      return [
        ...(await headers(fronted, progress)),
        ...(await redirects(fronted, long, progress)),
        ...(await sessions(fronted, long ? 20 : 1, progress)),
        ...(await packages()),
      ]
    } finally {
      await fronted.stop()
    }
  },
}
