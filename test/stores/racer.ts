/** A process of its own in races: opens the store, says that it is ready; for each line « race count », says how each try ended. */
import { createInterface } from 'node:readline'
import type { Stores } from '../../src/stores/contracts.ts'
import { aNirKey, anArtefact, anId, aSession, later, noon } from '../builders/records.ts'
import { openSqlite } from './open-sqlite.ts'

type Try = (stores: Stores, i: number, racer: string) => Promise<unknown>

const tries: { readonly [race: string]: Try } = {
  async activate(stores, i, racer) {
    const nirKeys = [aNirKey('number', 'l1'), aNirKey('number', 'l2')]
    return stores.accounts.activate(`account-${racer}-${i}`, 1, nirKeys, { activatedAt: noon }, {})
  },
  consume: (stores, i) => stores.artefacts.consume('AuthorizationCode', `code-${i}`, noon),
  take: (stores, i) => stores.records.take('token', `token-${i}`),
  unique: (stores, i) => stores.artefacts.unique(`jti-${i}`, later(60)),
  count: stores => stores.throttles.count('mail', 'key', { max: 20, window: 60 }, noon),
  attempt: stores =>
    stores.throttles.attempt('signIn', 'key', { free: 5, firstWait: 60, longestWait: 3600, memory: 3600 }, noon),
  distinct: stores => stores.throttles.distinct('set', 'key', anId(), { max: 3, window: 60 }, noon),
  session: (stores, i, racer) =>
    stores.artefacts.upsert(
      'Session',
      's',
      aSession('account', 'uid', { [`${racer}-${i}`]: { sid: racer } }),
      later(60),
    ),
  audit: stores => stores.audit.append([{ name: 'account.purged', details: { count: 1 }, at: noon }]),
  token: (stores, i, racer) => stores.artefacts.upsert('AccessToken', `${racer}-${i}`, anArtefact(), later(60)),
}

const [dataDir = '', racer = ''] = process.argv.slice(2)
const stores = await openSqlite(dataDir, () => noon)
process.stdout.write('ready\n')

for await (const line of createInterface({ input: process.stdin })) {
  const [race = '', count = '0'] = line.split(' ')
  const act = tries[race]
  if (!act) throw new Error(`no race is called ${race}`)
  const outcomes = await Promise.all(Array.from({ length: Number(count) }, (_, i) => act(stores, i, racer)))
  process.stdout.write(`${JSON.stringify(outcomes.map(outcome => outcome ?? null))}\n`)
}
await stores.close()
