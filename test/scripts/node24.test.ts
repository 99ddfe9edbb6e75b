import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const launcher = fileURLToPath(new URL('../../scripts/node24.mjs', import.meta.url))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-node24-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a program through the launcher; `during` is given the launcher once the program has spoken. */
const launch = async (
  program: string,
  args: readonly string[],
  during?: (signal: (name: NodeJS.Signals) => void) => void,
) => {
  const path = join(folder, 'program.ts')
  await writeFile(path, program)
  return new Promise<{ code: number | null; out: string }>(resolve => {
    const child = spawn(process.execPath, [launcher, path, ...args])
    let out = ''
    child.stdout.on('data', chunk => {
      out += chunk
      during?.(name => child.kill(name))
    })
    child.once('exit', code => resolve({ code, out }))
  })
}

describe('the launcher of npm scripts', () => {
  it('runs a TypeScript program on Node 24 with its arguments, and ends as it ends', async () => {
    const program = `const [major]: string[] = process.versions.node.split('.')
      console.log(Number(major) >= 24, process.argv.slice(2).join(' '))
      process.exitCode = 7`
    expect(await launch(program, ['a', '--b'])).toEqual({ code: 7, out: 'true a --b\n' })
  })

  it('passes SIGTERM on, and waits for the program to stop in its own time', async () => {
    const program = `const kept = setInterval(() => {}, 1000)
      process.on('SIGTERM', () => { console.log('stopping'); clearInterval(kept) })
      console.log('started')`
    let asked = false
    const ended = await launch(program, [], signal => {
      if (!asked) signal('SIGTERM')
      asked = true
    })
    expect(ended).toEqual({ code: 0, out: 'started\nstopping\n' })
  })
})
