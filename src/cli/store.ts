import { requireConfiguration } from '../config/start.ts'
import { prepareFoundations } from '../foundations.ts'
import type { Command } from './command.ts'

const details = `Once before the first start on MongoDB, and again before each new version: makes collections and indexes that are
missing, while servers run. Run twice, it changes nothing the second time. The embedded store prepares itself.`

export const prepareStore: Command = {
  name: 'store prepare',
  summary: 'Makes the collections and indexes of MongoDB.',
  details,
  options: {},
  run: async (_args, { out, err, env }) => {
    const { config } = await requireConfiguration(env)
    if ((await prepareFoundations(config, line => err(`${line}\n`))) === 'itself')
      out('The embedded store prepares itself: nothing is to be done.\n')
    return 0
  },
}
