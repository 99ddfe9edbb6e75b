/** Four processes on one store, and the same thing asked of them at once: exactly one gets it, the others are told so rightly. */
import type { Part, Row } from '../part.ts'
import { openWorld } from '../world/world.ts'
import { activations } from './activations.ts'
import { clicks } from './clicks/clicks.ts'
import { federated } from './federated.ts'
import type { Race } from './race.ts'
import { consents } from './sessions/consents.ts'
import { signIns } from './sessions/sign-ins.ts'
import { assertions } from './tokens/assertions.ts'
import { codes } from './tokens/codes.ts'
import { grace } from './tokens/grace.ts'
import { proofs } from './tokens/proofs.ts'
import { pushedRequests } from './tokens/pushed-requests.ts'
import { refreshTokens } from './tokens/refresh-tokens.ts'

const PROCESSES = 4

const all: { readonly [name: string]: Race } = {
  codes,
  'refresh-tokens': refreshTokens,
  assertions,
  proofs,
  'pushed-requests': pushedRequests,
  activations,
  federated,
  'sign-ins': signIns,
  consents,
  clicks,
  grace,
}

/** PROVE_RACES=clicks,grace runs those alone. */
const wanted = process.env.PROVE_RACES?.split(',') ?? Object.keys(all)

export const races: Part = {
  name: 'races',
  title: 'the same thing asked of several processes at once is given once',
  minutes: { short: 6, long: 30 },
  async run({ form, store, progress, signal }) {
    const world = await openWorld({ store, processes: PROCESSES })
    const rows: Row[] = []
    try {
      for (const [name, race] of Object.entries(all))
        if (!signal.aborted && wanted.includes(name))
          rows.push(...(await race({ world, form, store, progress, signal })))
      return rows
    } finally {
      await world.stop()
    }
  },
}
