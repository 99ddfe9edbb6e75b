/**
 * npm run seed -- --accounts 1000000: so many fictitious people in the store that the settings name, and what grows beside them.
 * `--store mongo` (with GUICHET_MONGO_URL and GUICHET_REDIS_URL) or `embedded` names the store here; `--alone`: accounts, and
 * nothing beside them. Stopped, it goes on where it was. Everybody's password is the same (people.ts). Refused in production.
 */
import { parseArgs } from 'node:util'
import { requireConfiguration } from '../../src/config/start.ts'
import { openFoundations } from '../../src/foundations.ts'
import { startFaultText } from '../../src/operations/errors.ts'
import { seed } from './seed.ts'

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1000' },
    store: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
})
const accounts = Number(values.accounts)

const say = (text: string): void => void process.stderr.write(text)

const refuse = (sentence: string): never => {
  say(`${sentence}\n`)
  process.exit(1)
}

const SAID_EVERY_MS = 1000

/** « 120000 of 1000000, 2100 a second, 419 s left ». */
const makeSaying = () => {
  let began: { readonly at: number; readonly done: number } | undefined
  let said = 0
  return (done: number): void => {
    const now = performance.now()
    began ??= { at: now, done }
    if (now - said < SAID_EVERY_MS && done < accounts) return
    said = now
    const rate = (done - began.done) / Math.max(0.001, (now - began.at) / 1000)
    const left = rate > 0 ? `, ${Math.round(rate)} a second, ${Math.ceil((accounts - done) / rate)} s left` : ''
    const line = `${done} of ${accounts}${left}`
    say(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
  }
}

if (!Number.isInteger(accounts) || accounts < 1) refuse('--accounts: a whole number')
if (process.env.NODE_ENV === 'production') refuse('Fictitious people are never put in production.')
if (values.store !== undefined && !['embedded', 'mongo'].includes(values.store)) refuse('--store: embedded or mongo')
process.umask(0o077)
/** Those that seal are told too. */
const env = values.store === undefined ? {} : { GUICHET_STORE: values.store }

const stop = new AbortController()
process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
try {
  const configuration = await requireConfiguration({ ...process.env, ...env })
  const foundations = await openFoundations(configuration, () => new Date())
  try {
    const { already } = await seed(
      { ...foundations, configuration },
      { accounts, sealers: 2, env, beside: !values.alone, progress: makeSaying(), signal: stop.signal },
    )
    say(`\nThere were ${already}. ${stop.signal.aborted ? 'Stopped: run it again to go on.' : 'All are there.'}\n`)
  } finally {
    await foundations.stores.close()
  }
} catch (fault) {
  // at its very start, those that seal may be stopped before they know better
  refuse(stop.signal.aborted ? 'Stopped: run it again to go on.' : startFaultText(fault))
}
