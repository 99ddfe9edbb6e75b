/** npm test: finds the browser, runs jest, and tells on what it ran. Its last line is « N passed, N failed ». */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findChromium } from './chromium.ts'
import { failures, type Suite } from './failures.ts'
import { findMongod } from './mongod.ts'
import { findRedis } from './redis.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const output = `${root}test-output`
const results = `${output}/jest.json`

type Results = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
  readonly testResults: readonly Suite[]
}

const isResults = (value: unknown): value is Results =>
  typeof value === 'object' && value !== null && 'numPassedTests' in value && 'numFailedTests' in value

const runJest = (filters: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise(resolve => {
    const jest = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--experimental-vm-modules',
        `${root}node_modules/jest/bin/jest.js`,
        '--maxWorkers=2',
        '--json',
        `--outputFile=${results}`,
        ...filters,
      ],
      // jest prints its JSON on standard output too; people read standard error
      { cwd: root, env, stdio: ['inherit', 'ignore', 'inherit'] },
    )
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => jest.kill(signal))
    jest.once('error', () => resolve(1))
    jest.once('exit', code => resolve(code ?? 1))
  })

const readResults = (): Results | undefined => {
  try {
    const read: unknown = JSON.parse(readFileSync(results, 'utf8'))
    return isResults(read) ? read : undefined
  } catch {
    return undefined
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

mkdirSync(output, { recursive: true })
rmSync(results, { force: true })
const chromium = findChromium()
const mongod = findMongod()
const redis = findRedis()
const demanded = process.env.REQUIRE_ALL_SERVERS === '1'
const proving = process.env.PROVE === '1' || process.argv.includes('--prove')
const exitCode = await runJest(
  process.argv.slice(2).filter(argument => argument !== '--prove'),
  {
    ...process.env,
    ...(proving ? { PROVE: '1' } : {}),
    ...(chromium.kind === 'found' ? { CHROMIUM_PATH: chromium.path } : {}),
    ...(mongod.kind === 'found' ? { MONGOD_PATH: mongod.path } : {}),
    ...(redis.kind === 'found' ? { REDIS_SERVER_PATH: redis.path } : {}),
  },
)

const counted = readResults()
const unmet = demanded ? [chromium, mongod, redis].filter(({ kind }) => kind === 'missing').length : 0
// a suite that does not even load is a failure that no test counts
const failed = (counted ? counted.numFailedTests + counted.numRuntimeErrorTestSuites : 1) + unmet

for (const failure of failures(counted?.testResults ?? [], root)) say(`\n${failure}`)
say('')
const stores = [
  `embedded (SQLite of Node ${process.versions.node})`,
  mongod.kind === 'found' ? `MongoDB ${mongod.version}` : `no MongoDB (${mongod.sentence})`,
  redis.kind === 'found' ? `Redis ${redis.version}` : `no Redis (${redis.sentence})`,
]
say(
  `Stores: ${stores.join(', ').replace(/\.?$/, '.')} ${proving ? 'Long form.' : 'Short form; npm run prove is the long one.'}`,
)
say(
  chromium.kind === 'found'
    ? `Browser: ${chromium.version}.`
    : `Browser: none; its tests did not run. ${chromium.sentence}`,
)
say(`${counted?.numPassedTests ?? 0} passed, ${failed} failed`)
process.exitCode = exitCode === 0 && failed === 0 ? 0 : 1
