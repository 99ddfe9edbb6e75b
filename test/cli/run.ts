import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../src/config/load.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

import { run } from '../../src/cli/run.ts'

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

/** Runs a command in this process, `input` on its standard input. */
export const runHere = async (typed: readonly string[], env: Environment = {}, input = ''): Promise<Ran> => {
  const said = { out: '', err: '' }
  const code = await run(typed, {
    out: text => {
      said.out += text
    },
    err: text => {
      said.err += text
    },
    line: async () => input.split('\n')[0] ?? '',
    env,
  })
  return { code, ...said }
}

/** What Node is given to run a command in a process of its own. */
export const cliArguments = (typed: readonly string[]): string[] => [
  '--disable-warning=ExperimentalWarning',
  main,
  ...typed,
]

/** Runs the command line as an operator does: a process of its own. Slow on a busy machine. */
export const runCli = (typed: readonly string[], env: Environment = {}, input = ''): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, cliArguments(typed), {
      env: { PATH: process.env.PATH, ...env },
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text
    })
    child.once('error', reject)
    child.once('close', code => resolve({ code, out, err }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
