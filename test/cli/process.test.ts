import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aDirectory } from '../config/builders.ts'
import { runCli } from './run.ts'

/** Each is a process of its own: on a busy machine that takes seconds. */
const patience = 60_000

describe('the command line, as a process', () => {
  let directory: ReturnType<typeof aDirectory>
  beforeAll(() => {
    directory = aDirectory()
  })
  afterAll(() => directory.remove())

  it(
    'shows help with exit code 0, and says mistakes on standard error with exit code 2',
    async () => {
      const [help, version, mistake] = await Promise.all([
        runCli(['services', 'add', '--help']),
        runCli(['--version']),
        runCli(['services', 'add', '--nmae', 'x']),
      ])
      expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--redirect-uri <uri>') })
      const { version: current } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
      expect(version).toEqual({ code: 0, err: '', out: `${current}\n` })
      expect(mistake).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Expected options: --name') })
    },
    patience,
  )

  it(
    'reads a number from standard input, and prints nothing of it',
    async () => {
      const env = { GUICHET_DATA_DIR: directory.path }
      const { code, out, err } = await runCli(['accounts', 'show', '--reason', 'ticket 1'], env, '1 85 01 99 999 001\n')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toBe('No account holds this number.\n0 pending accounts claim it.\n')
    },
    patience,
  )
})
