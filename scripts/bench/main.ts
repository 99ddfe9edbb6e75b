/**
 * npm run bench: what Guichet costs, beside what it is made of, in one run on one machine. CPU of the server's process, wall time
 * only where it says so. `-- --profile` leaves the CPU profiles of the servers in test-output, `-- <word>` plays the measures
 * named so. `-- stores` measures it on a MongoDB and a Redis that it starts: `--accounts` says how many the larger database has,
 * `--part` (several) takes some of its measures alone, and `--scale` (less than 1) plays fewer acts.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from '../machine.ts'
import { startMailSink } from './mail-sink.ts'
import { measures } from './measures.ts'
import type { BenchNeeds } from './serving.ts'
import { measuresOnStores } from './stores/measures.ts'
import { startBenchWorld } from './stores/world.ts'
import { asJson, asTable, type Measure } from './table.ts'

const output = fileURLToPath(new URL('../../test-output', import.meta.url))
const { values, positionals } = parseArgs({
  options: {
    profile: { type: 'boolean' },
    accounts: { type: 'string', default: '1000000' },
    scale: { type: 'string', default: '1' },
    part: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
})
const onStores = positionals.includes('stores')
const [accounts, scale] = [Number(values.accounts), Number(values.scale)]

const say = (line: string): void => void process.stdout.write(`${line}\n`)

type Takes = { readonly [name: string]: () => Promise<readonly Measure[]> }

const takeAll = async (takes: Takes, wanted: readonly string[]): Promise<readonly Measure[]> => {
  const taken: Measure[] = []
  for (const [name, take] of Object.entries(takes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const began = performance.now()
    taken.push(...(await take()))
    say(`… ${name}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  return taken
}

const boundTo = <Needs>(
  takes: { readonly [name: string]: (needs: Needs) => Promise<readonly Measure[]> },
  needs: Needs,
): Takes => Object.fromEntries(Object.entries(takes).map(([name, take]) => [name, () => take(needs)]))

const takeOnStores = async (needs: BenchNeeds): Promise<readonly Measure[]> => {
  const world = await startBenchWorld()
  try {
    return await takeAll(boundTo(measuresOnStores, { ...needs, world, scale, accounts, say }), values.part)
  } finally {
    await world.stop()
  }
}

if (!Number.isInteger(accounts) || accounts < 1) throw new Error('--accounts: a whole number')
if (!(scale > 0 && scale <= 1)) throw new Error('--scale: more than 0, 1 at most')
mkdirSync(output, { recursive: true })
const dir = await mkdtemp(join(tmpdir(), 'guichet-bench-'))
const mail = await startMailSink()
const needs = { dir, smtpUrl: mail.url, ...(values.profile ? { profiles: output } : {}) }
let taken: readonly Measure[] = []
try {
  const { cpu, cores, node } = machine()
  say(`${cpu}, ${cores} cores, Node ${node}`)
  taken = onStores ? await takeOnStores(needs) : await takeAll(boundTo(measures, needs), positionals)
} finally {
  await mail.stop()
  await rm(dir, { recursive: true, force: true })
}
const written = onStores ? 'bench-stores.json' : 'bench.json'
say(`\n${asTable(taken)}`)
writeFileSync(join(output, written), asJson(taken, new Date()))
say(`\nWritten to test-output/${written}`)
