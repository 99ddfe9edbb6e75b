/** What grows beside accounts, in proportion, so that every table is as big as it would be. */
import type { AuditEvent } from '../../src/audit/events.ts'
import type { Foundations } from '../../src/foundations.ts'
import { makeServices } from '../../src/services/services.ts'
import type { Artefact, Consent, Stores } from '../../src/stores/contracts.ts'
import { codeOf, isPending, seededPerson } from './people.ts'

/** One person in so many has it; events for everybody, three once they are active. */
export const ONE_IN = { consent: 5, refreshToken: 10, session: 50, expired: 20, throttle: 20, record: 50 } as const

const SERVICES = 5
const HOUR = 3600 * 1000
const DAY = 24 * HOUR

const serviceOf = (nth: number): string => `seeded-${(nth % SERVICES) + 1}`

/** Services of their own, which ask for consent. Those that are there already stay as they are. */
export const seedServices = async ({ stores, audit }: Pick<Foundations, 'stores' | 'audit'>): Promise<void> => {
  const services = makeServices({
    services: stores.services,
    audit,
    clock: () => new Date(),
    endService: async () => {},
  })
  for (let nth = 0; nth < SERVICES; nth += 1)
    await services.add(
      {
        id: serviceOf(nth),
        name: `Service de démonstration ${nth + 1}`,
        redirectUris: [`https://service-${nth + 1}.exemple.fr/retour`],
        scopes: ['openid', 'email', 'offline_access'],
        grantTypes: ['authorization_code', 'refresh_token'],
      },
      'seed',
    )
}

const eventsOf = (nth: number, at: Date): readonly AuditEvent[] => {
  const { id: account } = seededPerson(nth)
  const asked: AuditEvent = { name: 'signUp.requested', details: { account }, at }
  if (isPending(nth)) return [asked]
  return [
    asked,
    { name: 'activation.done', details: { account, proof: 'browser' }, at },
    { name: 'signIn.succeeded', details: { account, service: serviceOf(nth), newDevice: true }, at },
  ]
}

const isOneIn = (nth: number, of: number): boolean => !isPending(nth) && nth % of === 0

/** As oidc-provider writes them, give or take a member. */
const tokensOf = (nth: number, now: Date): readonly (readonly [string, string, Artefact, Date])[] => {
  const accountId = seededPerson(nth).id
  const clientId = serviceOf(nth)
  const grantId = codeOf('grant', nth)
  const iat = Math.floor(now.getTime() / 1000)
  const held = { accountId, serviceId: clientId, grantId }
  const grant = { iat, kind: 'Grant', accountId, clientId, openid: { scope: 'openid email offline_access' } }
  const token = {
    iat,
    kind: 'RefreshToken',
    accountId,
    acr: 'eidas1',
    amr: ['pwd'],
    authTime: iat,
    clientId,
    grantId,
    gty: 'authorization_code',
    nonce: codeOf('nonce', nth),
    rotations: 3,
    iiat: iat,
    scope: 'openid email offline_access',
    sessionUid: codeOf('uid', nth),
  }
  const until = new Date(now.getTime() + 14 * DAY)
  return [
    ['Grant', grantId, { payload: grant, accountId, serviceId: clientId }, until],
    ['RefreshToken', codeOf('refresh', nth), { payload: token, ...held }, until],
  ]
}

const sessionOf = (nth: number, now: Date): readonly [string, string, Artefact, Date] => {
  const accountId = seededPerson(nth).id
  const uid = codeOf('session uid', nth)
  const authorizations = { [serviceOf(nth)]: { sid: codeOf('sid', nth), grantId: codeOf('session grant', nth) } }
  const loginTs = Math.floor(now.getTime() / 1000)
  const payload = { kind: 'Session', uid, accountId, loginTs, acr: 'eidas1', amr: ['pwd'], authorizations }
  return ['Session', codeOf('session', nth), { payload, accountId, uid }, new Date(now.getTime() + HOUR / 2)]
}

const expiredOf = (nth: number, now: Date): readonly [string, string, Artefact, Date] => {
  const payload = {
    kind: 'Interaction',
    params: { client_id: serviceOf(nth), scope: 'openid' },
    prompt: { name: 'login' },
  }
  return ['Interaction', codeOf('expired', nth), { payload }, new Date(now.getTime() - HOUR)]
}

const artefactsOf = (nth: number, now: Date) => [
  ...(isOneIn(nth, ONE_IN.refreshToken) ? tokensOf(nth, now) : []),
  ...(isOneIn(nth, ONE_IN.session) ? [sessionOf(nth, now)] : []),
  ...(isOneIn(nth, ONE_IN.expired) ? [expiredOf(nth, now)] : []),
]

const consentOf = (nth: number, givenAt: Date): Consent => ({
  accountId: seededPerson(nth).id,
  serviceId: serviceOf(nth),
  scopes: ['email', 'openid'],
  claims: [],
  givenAt,
})

export type SeedBeside = (nths: readonly number[]) => Promise<void>

/** Written again it is the same, events apart: those of a batch that was cut short are told twice. */
export const makeBeside = ({ consents, audit, artefacts, throttles, records }: Stores, now: Date): SeedBeside => {
  const expiring = async (nth: number): Promise<void> => {
    for (const artefact of artefactsOf(nth, now)) await artefacts.upsert(...artefact)
    const { id: accountId } = seededPerson(nth)
    if (isOneIn(nth, ONE_IN.throttle)) await throttles.count('seed', accountId, { max: 5, window: 24 * 3600 }, now)
    if (isOneIn(nth, ONE_IN.record)) await records.put('seed', accountId, { nth }, new Date(now.getTime() + DAY))
  }

  return async nths => {
    await audit.append(nths.flatMap(nth => eventsOf(nth, now)))
    await consents.import(nths.filter(nth => isOneIn(nth, ONE_IN.consent)).map(nth => consentOf(nth, now)))
    // a server far away answers them together
    await Promise.all(nths.map(expiring))
  }
}
