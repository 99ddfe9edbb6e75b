/**
 * A process of its own in races: opens the store (« sqlite » and its directory, « mongo » or « redis » and its address), says that it is ready;
 * for each line « race count », says how each try ended.
 */
import { createInterface } from 'node:readline'
import { aConsent, aNirKey, anArtefact, anId, aSession, later, noon } from '../builders/records.ts'
import { anOpenAccount } from '../contract/open-account.ts'
import type { ExpiringStores, LastingStores } from '../contract/set-up.ts'
import { openMongo } from './mongo/open-mongo.ts'
import { openSqlite } from './open-sqlite.ts'
import { openRedis } from './redis/open-redis.ts'

/** One value under both keys of a ring. */
const raced = (value: string) => [aNirKey(value, 'l1'), aNirKey(value, 'l2')]

type Try<Part> = (stores: Part, i: number, racer: string) => Promise<unknown>
type Opened = { readonly lasting?: LastingStores; readonly expiring?: ExpiringStores; close(): Promise<void> }

const lasting: { readonly [race: string]: Try<LastingStores> } = {
  async activate({ accounts }, i, racer) {
    return accounts.activate(`account-${racer}-${i}`, 1, raced('number'), { activatedAt: noon }, {})
  },
  /** By one identity, each time another account with another number. */
  openIdentity: ({ accounts }, i, racer) =>
    accounts.open(anOpenAccount({ id: `by-identity-${racer}-${i}`, identityKeys: raced('identity') }), {}),
  /** With one number, each time another account by another identity. */
  openNumber: ({ accounts }, i, racer) =>
    accounts.open(anOpenAccount({ id: `with-number-${racer}-${i}`, nirKeys: raced('opened') }), {}),
  openOne: ({ accounts }) =>
    accounts.open(anOpenAccount({ id: 'one', nirKeys: raced('one'), identityKeys: raced('of-one') }), {}),
  /** Half of them link the identity to an account that stands, half open another account by it. */
  linkOrOpen: ({ accounts }, i, racer) =>
    i % 2 === 0
      ? accounts.link(`stands-${racer}-${i}`, 1, raced('linked'), {}, {})
      : accounts.open(anOpenAccount({ id: `not-linked-${racer}-${i}`, identityKeys: raced('linked') }), {}),
  /** Half of them activate a pending account with the number, half open another account with it. */
  activateOrOpen: ({ accounts }, i, racer) =>
    i % 2 === 0
      ? accounts.activate(`claims-${racer}-${i}`, 1, raced('claimed'), {}, {})
      : accounts.open(anOpenAccount({ id: `claims-${racer}-${i}`, nirKeys: raced('claimed') }), {}),
  change: ({ accounts }, _i, racer) => accounts.change('changed', 1, { sealed: racer }, {}),
  lease: async ({ jobs }) => (await jobs.lease('mail', noon, later(30), 2)).map(({ id }) => id),
  consent: ({ consents }, i, racer) =>
    consents.give(aConsent({ accountId: 'account', serviceId: 'service', scopes: [`${racer}-${i}`] }), {}),
  audit: ({ audit }) => audit.append([{ name: 'account.purged', details: { count: 1 }, at: noon }]),
}

const expiring: { readonly [race: string]: Try<ExpiringStores> } = {
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
  renew: (stores, i, racer) =>
    stores.artefacts.upsert(
      'Session',
      `s-${racer}-${i}`,
      { ...aSession('account', 'renewed', { [`${racer}-${i}`]: i }), replaces: 's' },
      later(60),
    ),
  ofGrant: (stores, i, racer) =>
    i === 10 && racer === '0'
      ? stores.artefacts.revokeByGrant('grant', later(60))
      : stores.artefacts.upsert('AccessToken', `${racer}-${i}`, anArtefact({}, { grantId: 'grant' }), later(60)),
  tell: async stores =>
    (await stores.artefacts.leaseExpiredSessions(later(3600), later(7200), 5)).map(({ uid }) => uid),
  token: (stores, i, racer) => stores.artefacts.upsert('AccessToken', `${racer}-${i}`, anArtefact(), later(60)),
}

const openers: { readonly [kind: string]: (place: string) => Promise<Opened> } = {
  async sqlite(place) {
    const stores = await openSqlite(place, () => noon)
    return { lasting: stores, expiring: stores, close: stores.close }
  },
  async mongo(place) {
    const stores = await openMongo(place, () => noon)
    return { lasting: stores, close: stores.close }
  },
  async redis(place) {
    const stores = await openRedis(place, () => noon)
    return { expiring: stores, close: stores.close }
  },
}

const [kind = '', place = '', racer = ''] = process.argv.slice(2)
const opened = await openers[kind]?.(place)
if (!opened) throw new Error(`no store is called ${kind}`)
process.stdout.write('ready\n')

const tryOf = (race: string): ((i: number) => Promise<unknown>) => {
  const [last, expire] = [lasting[race], expiring[race]]
  const { lasting: lastingStores, expiring: expiringStores } = opened
  if (last && lastingStores) return i => last(lastingStores, i, racer)
  if (expire && expiringStores) return i => expire(expiringStores, i, racer)
  throw new Error(`no race of that store is called ${race}`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const [race = '', count = '0'] = line.split(' ')
  const act = tryOf(race)
  const outcomes = await Promise.all(Array.from({ length: Number(count) }, (_, i) => act(i)))
  process.stdout.write(`${JSON.stringify(outcomes.map(outcome => outcome ?? null))}\n`)
}
await opened.close()
