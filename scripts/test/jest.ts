/**
 * Jest, run twice: first what may run side by side, then, one after the other, what a busy machine would make fail. A third time
 * where there are the servers of production: the journeys in a browser, the very same, at three processes on MongoDB and Redis.
 */
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import type { Suite } from './failures.ts'

/** Whole Guichets put under load, servers that are killed and stopped: what is theirs in time is measured alone. */
const ALONE = [
  'test/deploy/rolling.test.ts',
  'test/prove/',
  'test/request-waits.test.ts',
  'test/stores/mongo/away.test.ts',
  'test/stores/redis/away.test.ts',
  'test/workers.test.ts',
] as const

/** Those that are played on the servers of production too; all of them in the long run. */
const ON_SERVERS = { short: ['main-journey', 'recovery', 'consent', 'france-connect'], long: ['*'] } as const

export type Results = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
  readonly testResults: readonly Suite[]
}

export type Round = { readonly exitCode: number; readonly results: Results | undefined }

const isResults = (value: unknown): value is Results =>
  typeof value === 'object' && value !== null && 'numPassedTests' in value && 'numFailedTests' in value

const read = (path: string): Results | undefined => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isResults(value) ? value : undefined
  } catch {
    return undefined
  }
}

type Jest = { readonly root: string; readonly output: string; readonly env: NodeJS.ProcessEnv }

const run = ({ root, output, env }: Jest, name: string, options: readonly string[]): Promise<Round> =>
  new Promise(resolve => {
    const results = `${output}/${name}.json`
    rmSync(results, { force: true })
    const jest = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--experimental-vm-modules',
        `${root}node_modules/jest/bin/jest.js`,
        '--passWithNoTests',
        '--json',
        `--outputFile=${results}`,
        ...options,
      ],
      // jest prints its JSON on standard output too; people read standard error
      { cwd: root, env, stdio: ['inherit', 'ignore', 'inherit'] },
    )
    const signals = ['SIGINT', 'SIGTERM'] as const
    const passOn = (signal: NodeJS.Signals): void => void jest.kill(signal)
    for (const signal of signals) process.on(signal, passOn)
    const end = (exitCode: number): void => {
      for (const signal of signals) process.off(signal, passOn)
      resolve({ exitCode, results: read(results) })
    }
    jest.once('error', () => end(1))
    jest.once('exit', code => end(code ?? 1))
  })

type Wanted = { readonly filters: readonly string[]; readonly onServers: boolean; readonly long: boolean }

/** Every round; the next ones are not begun when the first was interrupted. */
export const runJest = async (jest: Jest, { filters, onServers, long }: Wanted): Promise<readonly Round[]> => {
  // filters come first: an option that takes a list would take them too
  const ignoring = ALONE.map(path => `--testPathIgnorePatterns=/${path}`)
  const first = await run(jest, 'jest', [...filters, '--maxWorkers=2', ...ignoring])
  if (!first.results) return [first]
  const only = ALONE.map(path => `--testMatch=<rootDir>/${path}${path.endsWith('/') ? '*.test.ts' : ''}`)
  const alone = await run(jest, 'jest-alone', [...filters, '--runInBand', ...only])
  if (!onServers) return [first, alone]
  const names = ON_SERVERS[long ? 'long' : 'short']
  const journeys = names.map(name => `--testMatch=<rootDir>/test/browser/${name}.test.ts`)
  const there = { ...jest, env: { ...jest.env, TEST_STORE: 'mongo' } }
  return [first, alone, await run(there, 'jest-servers', [...filters, '--runInBand', ...journeys])]
}
