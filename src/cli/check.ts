import { configurationProblems } from '../config/start.ts'
import type { Command } from './command.ts'

/** Writes nothing, opens no store: fit for a machine that does not run Guichet yet. */
export const check: Command = {
  name: 'check',
  summary: 'Checks the configuration, the keys and the texts, and says every problem.',
  options: {},
  async run(_args, { out, err, env }) {
    const problems = configurationProblems(env)
    if (problems.length === 0) {
      out('The configuration is fine.\n')
      return 0
    }
    err(`${problems.map(problem => `- ${problem}`).join('\n')}\n`)
    return 1
  },
}
