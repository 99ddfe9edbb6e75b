/** npm test: finds the browser, runs jest, and tells on what it ran. Its last line is « N passed, N failed ». */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findChromium } from './chromium.ts'
import { failures } from './failures.ts'
import { findHaproxy } from './haproxy.ts'
import { type Round, runJest } from './jest.ts'
import { findMongod } from './mongod.ts'
import { findRedis } from './redis.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const output = `${root}test-output`

const say = (line: string): void => void process.stdout.write(`${line}\n`)

mkdirSync(output, { recursive: true })
const chromium = findChromium()
const mongod = findMongod()
const redis = findRedis()
const haproxy = findHaproxy()
const demanded = process.env.REQUIRE_ALL_SERVERS === '1'
const proving = process.env.PROVE === '1' || process.argv.includes('--prove')
const rounds = await runJest(
  {
    root,
    output,
    env: {
      ...process.env,
      ...(proving ? { PROVE: '1' } : {}),
      ...(chromium.kind === 'found' ? { CHROMIUM_PATH: chromium.path } : {}),
      ...(mongod.kind === 'found' ? { MONGOD_PATH: mongod.path } : {}),
      ...(redis.kind === 'found' ? { REDIS_SERVER_PATH: redis.path } : {}),
      ...(haproxy.kind === 'found' ? { HAPROXY_PATH: haproxy.path } : {}),
    },
  },
  {
    filters: process.argv.slice(2).filter(argument => argument !== '--prove'),
    onServers: [chromium, mongod, redis].every(({ kind }) => kind === 'found'),
    long: proving,
  },
)

const sum = (count: (round: Round) => number): number => rounds.reduce((total, round) => total + count(round), 0)
const passed = sum(({ results }) => results?.numPassedTests ?? 0)
const unmet = demanded ? [chromium, mongod, redis, haproxy].filter(({ kind }) => kind === 'missing').length : 0
// a suite that does not even load is a failure that no test counts; and so is a round that left no results
const failed = sum(({ results }) => (results ? results.numFailedTests + results.numRuntimeErrorTestSuites : 1)) + unmet

for (const { results } of rounds) for (const failure of failures(results?.testResults ?? [], root)) say(`\n${failure}`)
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
say(haproxy.kind === 'found' ? `Proxy: HAProxy ${haproxy.version}.` : `Proxy: none. ${haproxy.sentence}`)
say(`${passed} passed, ${failed} failed`)
process.exitCode = rounds.every(({ exitCode }) => exitCode === 0) && failed === 0 ? 0 : 1
