/**
 * npm run bench: what Guichet costs, beside what it is made of, in one run on one machine. CPU of the server's process, never
 * wall time. `-- --profile` leaves the CPU profiles of the servers in test-output, `-- <word>` plays the measures named so.
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
import { asJson, asTable, type Measure } from './table.ts'

const output = fileURLToPath(new URL('../../test-output', import.meta.url))
const { values, positionals } = parseArgs({ options: { profile: { type: 'boolean' } }, allowPositionals: true })

const say = (line: string): void => void process.stdout.write(`${line}\n`)

mkdirSync(output, { recursive: true })
const dir = await mkdtemp(join(tmpdir(), 'guichet-bench-'))
const mail = await startMailSink()
const needs = { dir, smtpUrl: mail.url, ...(values.profile ? { profiles: output } : {}) }
const taken: Measure[] = []
try {
  const { cpu, cores, node } = machine()
  say(`${cpu}, ${cores} cores, Node ${node}`)
  for (const [name, take] of Object.entries(measures)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const began = performance.now()
    taken.push(...(await take(needs)))
    say(`… ${name}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
} finally {
  await mail.stop()
  await rm(dir, { recursive: true, force: true })
}
say(`\n${asTable(taken)}`)
writeFileSync(join(output, 'bench.json'), asJson(taken, new Date()))
say('\nWritten to test-output/bench.json')
