import { findKeys } from '../config/keys.ts'
import { loadConfig } from '../config/load.ts'
import { loadTexts } from '../config/texts.ts'
import type { Command } from './command.ts'

/** Writes nothing, opens no store: fit for a machine that does not run Guichet yet. */
export const check: Command = {
  name: 'check',
  summary: 'Checks the configuration, the keys and the texts, and says every problem.',
  options: {},
  async run(_args, { out, err, env }) {
    const loaded = loadConfig(env)
    const problems = [...(loaded.kind === 'refused' ? loaded.problems : [])]
    if (loaded.kind === 'loaded') {
      const keys = findKeys(loaded.config, env)
      const texts = loadTexts(loaded.config)
      if (keys.kind === 'refused') problems.push(...keys.problems)
      if (keys.kind === 'absent' && loaded.config.production)
        problems.push(`${loaded.config.keysFile} does not exist: make it with « npm run guichet -- keys new ».`)
      if (texts.kind === 'refused') problems.push(...texts.problems)
    }
    if (problems.length === 0) {
      out('The configuration is fine.\n')
      return 0
    }
    err(`${problems.map(problem => `- ${problem}`).join('\n')}\n`)
    return 1
  },
}
