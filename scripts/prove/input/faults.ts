/** Every fault as it comes, with what gives it again: a run that is cut has told what it found. The table shows the first of each kind. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Found } from './sending.ts'

const output = fileURLToPath(new URL('../../../test-output/prove', import.meta.url))
const file = join(output, 'input-faults.txt')

export type Faults = {
  add(found: Found): void
  /** What the server said of its own. */
  addLogged(logged: string): void
}

/** In test-output/prove/input-faults.txt, begun anew. */
export const openFaults = (seed: number): Faults => {
  mkdirSync(output, { recursive: true })
  writeFileSync(file, `PROVE_SEED=${seed}\n`)
  const write = (line: string): void => appendFileSync(file, `${line}\n`)
  return {
    add: ({ fault, say }) => write(`${fault}: ${say}`),
    addLogged: logged => {
      for (const line of logged.split('\n')) {
        if (line !== '' && (!line.startsWith('{') || /"level":"(?:error|fatal)"/.test(line))) write(line)
      }
    },
  }
}
