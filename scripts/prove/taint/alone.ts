/** The program as an operator starts it, on the same data: what it leaves beside its answers, even when it crashes. */

import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../test/support/free-port.ts'
import { makeVisitor } from '../../../test/support/visitor.ts'
import { waitFor } from '../../../test/support/wait.ts'
import { fetchAt } from '../world/servers.ts'
import type { World } from '../world/world.ts'
import type { TaintedPerson } from './ledger.ts'

const main = fileURLToPath(new URL('../../../src/main.cjs', import.meta.url))
/** Nothing of ours throws outside of a request: a fault is put there from outside. */
const crash = 'data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("a crash of the proof")})'

export type Alone = { readonly output: string; readonly commandLine: string; readonly crashed: boolean }

/** Somebody signs in, wrong and right; then the process crashes. */
export const runAlone = async (
  { issuer, env }: Pick<World, 'issuer' | 'env'>,
  person: TaintedPerson,
): Promise<Alone> => {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', crash, main], {
    env: { ...process.env, ...env, GUICHET_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const agent = new Agent()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()))
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  try {
    await waitFor(() => (output.includes('is listening') ? true : undefined), 60_000)
    const commandLine = await readFile(`/proc/${child.pid}/cmdline`, 'utf8').catch(() => '')
    const visitor = makeVisitor(issuer, { 'x-forwarded-for': '198.51.100.251' }, fetchAt(port, issuer, agent))
    const page = await visitor.get(`${issuer}/connexion`)
    const refused = await visitor.submit(page, { nir: person.nir, password: person.wrongPassword }, 'password')
    await visitor.submit(refused, { nir: person.nir, password: person.password }, 'password')
    child.kill('SIGUSR2')
    const code = await ended
    return { output, commandLine, crashed: code !== 0 && output.includes('a crash of the proof') }
  } finally {
    child.kill('SIGKILL')
    agent.destroy()
  }
}
