/**
 * npm run prove: everything that must hold, in its long form, then the suite's own long matrices. `-- races crash` runs those
 * parts alone, `--short` their short form, `--store` on another store, `--minutes` how long those last that last as long as is
 * wanted (soak). Figures go to test-output/prove/.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parts } from './parts.ts'
import { asTable, isProven } from './report.ts'
import { runPart } from './run.ts'
import { storeKinds } from './world/store.ts'

/** The tests with their long matrices: journeys in every look, interleavings. */
const SUITE = 'suite'

const { values, positionals } = parseArgs({
  options: { short: { type: 'boolean' }, minutes: { type: 'string' }, store: { type: 'string', default: 'embedded' } },
  allowPositionals: true,
})

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const watched = process.stderr.isTTY
/** Where nobody watches, as in a file, a line every few seconds is enough. */
const UNWATCHED_MS = 5000
const progressOf = (name: string) => {
  let last = 0
  return (line: string): void => {
    if (watched) return void process.stderr.write(`\r\x1b[K${name}: ${line}`)
    if (performance.now() - last < UNWATCHED_MS) return
    last = performance.now()
    process.stderr.write(`${name}: ${line}\n`)
  }
}

const known = [...parts.map(({ name }) => name), SUITE]
const store = storeKinds.find(kind => kind === values.store)
const unknown = positionals.filter(name => !known.includes(name))
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
if (unknown.length > 0 || !store || (minutes !== undefined && !(minutes > 0))) {
  process.stderr.write(`Parts: ${known.join(', ')}. Stores: ${storeKinds.join(', ')}. --minutes: a number.\n`)
  process.exit(1)
}

const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name)
const form = values.short ? 'short' : 'long'
const failed: string[] = []
for (const part of parts.filter(({ name }) => wanted(name))) {
  if (part.stores && !part.stores.includes(store)) {
    say(`\n${part.name}: does not apply to the ${store} store; --store ${part.stores.join(' or ')}`)
    continue
  }
  const lasting = minutes === undefined ? {} : { minutes }
  const proven = await runPart(part, { form, store, ...lasting, progress: progressOf(part.name) })
  if (watched) process.stderr.write('\r\x1b[K')
  say(`\n${asTable(proven)}`)
  if (!isProven(proven)) failed.push(part.name)
}
if (wanted(SUITE)) {
  const run = fileURLToPath(new URL('../test/run.ts', import.meta.url))
  const { status } = spawnSync(process.execPath, [run, ...(form === 'long' ? ['--prove'] : [])], { stdio: 'inherit' })
  if (status !== 0) failed.push(SUITE)
}
say(failed.length === 0 ? '\nAll of it holds.' : `\nDoes not hold: ${failed.join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1
