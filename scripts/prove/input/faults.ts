/** Every fault found, for whoever mends them: the table shows the first of each kind. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Found } from './sending.ts'

const output = fileURLToPath(new URL('../../../test-output/prove', import.meta.url))

/** To test-output/prove/input-faults.txt, with what the server said of its own. */
export const writeFaults = (found: readonly Found[], logged: string): void => {
  mkdirSync(output, { recursive: true })
  const own = logged.split('\n').filter(line => !line.startsWith('{') || /"level":"(?:error|fatal)"/.test(line))
  const lines = [...found.map(({ fault, say }) => `${fault}: ${say}`).sort(), ...own]
  writeFileSync(join(output, 'input-faults.txt'), `${lines.join('\n')}\n`)
}
