import { makeReseal } from '../accounts/reseal.ts'
import { makeEnvelope } from '../protection/envelope.ts'
import { makeLookup } from '../protection/lookup.ts'
import { actorOf, actorOption } from './actor.ts'
import type { Command } from './command.ts'
import { withStores } from './compose.ts'
import { interruptible } from './interruption.ts'
import { makeSaying } from './progress.ts'

const details = `After « keys rotate personal » or « keys rotate lookup », and once every process was restarted with the new keys:
what was sealed before is sealed anew, and numbers and e-mails are found by the new keys too. Servers go on meanwhile.
Stopped by Ctrl-C or a crash, it is run again and passes quickly over what is done.`

export const resealKeys: Command = {
  name: 'keys reseal',
  summary: 'Puts every account under the newest keys, while servers run.',
  details,
  options: actorOption,
  run: (args, { out, err, env }) =>
    withStores(env, async ({ stores, audit, configuration: { keys } }) => {
      const reseal = makeReseal({
        accounts: stores.accounts,
        envelope: makeEnvelope(keys.personal),
        lookup: makeLookup({ ring: keys.lookup, index: keys.index }),
        audit,
      })
      const progress = makeSaying(await stores.accounts.count(), 'accounts', err)
      const { resealed, contested, whole } = await interruptible(signal =>
        reseal({ actor: actorOf(args), progress, signal }),
      )
      out(`${resealed} accounts put under the newest keys${whole ? '' : ', then stopped: run it again'}.\n`)
      for (const id of contested)
        err(`Another account holds the number of ${id} under a newer key: an agent decides.\n`)
      return whole && contested.length === 0 ? 0 : 1
    }),
}
