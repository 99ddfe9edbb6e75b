import { makeReseal } from '../accounts/reseal.ts'
import { makeEnvelope } from '../protection/envelope.ts'
import { makeLookup } from '../protection/lookup.ts'
import { actorOf, actorOption } from './actor.ts'
import type { Command } from './command.ts'
import { withStores } from './compose.ts'

const details = `After « keys rotate personal » or « keys rotate lookup », and once every process was restarted with the new keys:
what was sealed before is sealed anew, and numbers and e-mails are found by the new keys too. Servers go on meanwhile.
Stopped by Ctrl-C or a crash, it is run again and passes quickly over what is done.`

const SAID_EVERY_MS = 1000

/** « 12 000 of 1 000 000 accounts, 1 %, 2 min left » once a second. */
const makeSaying = (total: number, err: (text: string) => void) => {
  const began = performance.now()
  let said = began
  return (looked: number): void => {
    const now = performance.now()
    if (now - said < SAID_EVERY_MS) return
    said = now
    const left = Math.max(0, total - looked) * ((now - began) / looked / 1000)
    const minutes = left > 90 ? `${Math.round(left / 60)} min` : `${Math.ceil(left)} s`
    err(`${looked} of ${total} accounts, ${Math.floor((100 * looked) / Math.max(total, looked))} %, ${minutes} left\n`)
  }
}

export const resealKeys: Command = {
  name: 'keys reseal',
  summary: 'Puts every account under the newest keys, while servers run.',
  details,
  options: actorOption,
  run: (args, { out, err, env }) =>
    withStores(env, async ({ stores, audit, configuration: { keys } }) => {
      const stop = new AbortController()
      const onSignal = () => stop.abort()
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
      try {
        const reseal = makeReseal({
          accounts: stores.accounts,
          envelope: makeEnvelope(keys.personal),
          lookup: makeLookup({ ring: keys.lookup, index: keys.index }),
          audit,
        })
        const total = await stores.accounts.count()
        const progress = makeSaying(total, err)
        const { resealed, contested, whole } = await reseal({ actor: actorOf(args), progress, signal: stop.signal })
        out(`${resealed} accounts put under the newest keys${whole ? '' : ', then stopped: run it again'}.\n`)
        for (const id of contested)
          err(`Another account holds the number of ${id} under a newer key: an agent decides.\n`)
        return whole && contested.length === 0 ? 0 : 1
      } finally {
        process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal)
      }
    }),
}
