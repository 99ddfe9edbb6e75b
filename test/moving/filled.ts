/** Something of everything that lasts, as servers leave it; and all that a store answers about it. */
import type { AuditEvent } from '../../src/audit/events.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import type { AccountRecord, AuditStore } from '../../src/stores/contracts.ts'
import { aLookup, anAuditChain, anEnvelope } from '../builders/keys.ts'
import {
  aCase,
  aConsent,
  aJob,
  aMailedLink,
  anId,
  aPendingAccount,
  aService,
  later,
  noon,
} from '../builders/records.ts'
import { anOpenAccount } from '../contract/open-account.ts'
import type { LastingStores } from '../contract/set-up.ts'
import type { Place } from './places.ts'

const DAY = 24 * 3600
const envelope = anEnvelope()
const lookup = aLookup()

const person = async (nth: number, given: Partial<AccountRecord> = {}): Promise<AccountRecord> => {
  const id = anId()
  const { number, key } = fictitiousNir(nth)
  return aPendingAccount({
    id,
    sealed: await envelope.seal(id, { nir: { number, key } }),
    nirKeys: lookup.nir(number),
    emailKeys: lookup.email(`p${nth}@exemple.fr`),
    ...given,
  })
}

const anEvent = (at: Date): AuditEvent => ({ name: 'account.purged', details: { count: 1 }, at })

/** So many accounts beside the odd ones: several batches. */
export const CROWD = 300

/** The last process dies without a word: its segment stays open, its job leased. */
export const fill = async (place: Place): Promise<{ readonly accounts: readonly AccountRecord[] }> => {
  let now = noon
  const server = await place.serve(() => now)
  const { accounts, consents, cases, services, jobs, audit } = server
  const [holder, claimant, gone] = await Promise.all([person(1), person(1, { createdAt: later(1) }), person(2)])
  for (const account of [holder, claimant, gone]) await accounts.create(account, { events: [anEvent(now)] })
  for (const { id, nirKeys } of [holder, gone])
    await accounts.activate(id, 1, nirKeys, { activatedAt: now, emailVerifiedAt: now, activation: undefined }, {})
  await accounts.change(
    holder.id,
    2,
    { language: 'en', recovery: aMailedLink({ usedAt: now }), cameFrom: 'a-service' },
    { jobs: [aJob()] },
  )
  await accounts.releaseNumber(gone.id, now, {})
  const open = aCase({ nextAt: later(9), claimantSays: 'hasAccount', passwordGiven: true, holder: holder.id })
  const id = anId()
  const numberless = anOpenAccount({ id, nirKeys: [], cases: [open.id], sealed: await envelope.seal(id, {}) })
  await accounts.open(numberless, {})
  const decision = {
    verdict: 'numberMoves',
    by: 'a',
    reason: 'r',
    at: now,
    effectiveAt: now,
    confirmedBy: 'b',
  } as const
  for (const one of [open, aCase({ status: 'closed', decision, closed: { as: 'numberMoves', at: now } })])
    await cases.add(one, {})
  const crowd = await Promise.all(
    Array.from({ length: CROWD }, (_, nth) => person(100 + nth, { status: nth % 7 === 0 ? 'suspended' : 'active' })),
  )
  await accounts.import(crowd)
  for (const accountId of [holder.id, crowd[0]?.id ?? ''])
    for (const serviceId of ['first', 'second'])
      await consents.give(aConsent({ accountId, serviceId, scopes: ['openid', 'email'], claims: ['phone'] }), {})
  const service = aService({ id: 'z-first', secrets: [{ hash: 'h', createdAt: now, expiresAt: later(DAY) }] })
  await services.add(service, {})
  await services.add(aService({ id: 'a-second', createdAt: later(1), status: 'disabled' }), {})
  await services.change({ ...service, metadata: { client_name: 'Autre', $odd: { 'a.b': null } } }, 1, {})
  const [waiting, leased, done] = [aJob(), aJob({ queue: 'backchannelLogout' }), aJob({ dueAt: later(-60) })]
  await jobs.add([done])
  for (const job of await jobs.lease('mail', later(-30), later(60), 1)) await jobs.finish(job.id, {})
  await jobs.add([waiting, leased])
  await jobs.lease('backchannelLogout', now, later(60), 1)

  // a segment purged with age, one closed, and one that nobody closed
  await audit.close(now, true)
  now = later(DAY)
  await audit.purge(now)
  await audit.append(Array.from({ length: 300 }, () => anEvent(now)))
  await audit.close(now, true)
  now = later(2 * DAY)
  await audit.append([anEvent(now), anEvent(now)])
  return { accounts: [holder, claimant, gone, numberless, ...crowd] }
}

export const verdictsOf = async (audit: AuditStore): Promise<readonly string[]> => {
  const verdicts: string[] = []
  for await (const { segment, verdict } of verifyAudit(audit, [anAuditChain()]))
    verdicts.push(`${segment} ${JSON.stringify(verdict)}`)
  return verdicts
}

/** Everything that a store says when it is asked. */
export const told = async (
  { accounts, consents, cases, services, jobs, audit }: LastingStores,
  known: readonly AccountRecord[],
) => {
  const asked = known.slice(0, 20)
  const segments = await audit.segments()
  return {
    count: await accounts.count(),
    accounts: await Promise.all(known.map(({ id }) => accounts.find(id))),
    holders: await Promise.all(asked.map(async ({ nirKeys }) => (await accounts.findHolder(nirKeys))?.id)),
    claims: await Promise.all(
      asked.map(async ({ nirKeys }) => (await accounts.findClaims(nirKeys)).map(({ id }) => id)),
    ),
    consents: await Promise.all(asked.map(({ id }) => consents.list(id))),
    cases: [await cases.listOpen(), await cases.due(later(DAY), 10)],
    services: await services.list(),
    jobs: [await jobs.count('mail'), await jobs.count('backchannelLogout'), await jobs.nextDue('backchannelLogout')],
    segments: [...segments].sort((a, b) => (a.segment < b.segment ? -1 : 1)),
    entries: await Promise.all(segments.map(({ segment }) => audit.read(segment, 1, 1_000))),
    verdicts: await verdictsOf(audit),
  }
}
