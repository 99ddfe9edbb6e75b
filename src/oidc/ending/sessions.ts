/** However a session ends, its services are told, and what lives with it ends. */
import { setImmediate as othersRun } from 'node:timers/promises'
import Provider, { type Session } from 'oidc-provider'
import type { AuditEvents } from '../../audit/events.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { NewJob, SessionFound } from '../../stores/contracts.ts'
import type { Clients } from '../clients/clients.ts'
import type { Oidc } from '../contracts.ts'
import type { OidcNeeds } from '../needs.ts'
import { translatingAway } from '../storage/away.ts'
import { afterAnyRequest, endSessionRecords, isToAnnounce } from '../storage/ended.ts'
import type { Backchannel } from './backchannel.ts'

type By = AuditEvents['session.ended']['by']
type Authorization = { readonly sid?: string; readonly grantId?: string; readonly persistsLogout?: boolean }

/** Another process takes up, after that long, what this one left half-way. */
const LEASE_MS = 2 * 60_000

/** So many expired sessions are ended before others run. */
const BREATH = 10

/** Ends the browser's session: told and recorded before, so that a crash leaves it to be ended again, never unsaid. */
export type EndSession = (session: Session, by: By, request?: string) => Promise<void>

export type Ending = Pick<Oidc, 'endAccount' | 'endExpiredSessions'> & {
  readonly endSession: EndSession
  /** Makes a provider tell and record the sessions that it ends by itself. */
  install(provider: Provider): void
}

const authorizationsOf = (payload: SessionFound['payload']): readonly (readonly [string, Authorization])[] =>
  typeof payload.authorizations === 'object' && payload.authorizations !== null
    ? Object.entries(payload.authorizations as { readonly [serviceId: string]: Authorization })
    : []

export const makeEnding = ({
  stores,
  audit,
  clock,
  clients,
  backchannel,
}: Pick<OidcNeeds, 'stores' | 'audit' | 'clock'> & {
  readonly clients: Clients
  readonly backchannel: Backchannel
}): Ending => {
  const jobsOf = async ({ payload }: SessionFound): Promise<readonly NewJob[]> => {
    const jobs: NewJob[] = []
    for (const [serviceId, { sid }] of authorizationsOf(payload)) {
      const service = await clients.service(serviceId)
      if (!service?.metadata.backchannel_logout_uri || typeof payload.accountId !== 'string') continue
      jobs.push(backchannel.job({ serviceId, accountId: payload.accountId, sid: sid ?? '' }))
    }
    return jobs
  }

  const tell = async (sessions: readonly SessionFound[]): Promise<void> => {
    const jobs = (await Promise.all(sessions.map(jobsOf))).flat()
    if (jobs.length > 0) await stores.jobs.add(jobs)
  }

  /** What a service got with offline_access lives on: the person granted it beyond the session. */
  const revokeGrants = async ({ payload }: SessionFound): Promise<void> => {
    for (const [, { grantId, persistsLogout }] of authorizationsOf(payload)) {
      if (grantId === undefined || persistsLogout) continue
      await stores.artefacts.revokeByGrant(grantId, afterAnyRequest(clock()))
    }
  }

  const record = async (session: SessionFound, by: By, request?: string): Promise<void> => {
    const { accountId } = session.payload
    if (typeof accountId === 'string') await audit.record('session.ended', { account: accountId, by }, request)
  }

  const foundOf = (session: Session): SessionFound => ({ uid: session.uid, payload: { ...session } })

  /** A crash in between says it twice, never not at all. */
  const announce = async (sessions: readonly SessionFound[], by: By, request?: string): Promise<void> => {
    await tell(sessions)
    for (const session of sessions) await record(session, by, request)
  }

  const announced = new WeakSet<Session>()

  /** Two clicks are one end; a session without a person is nobody's news. */
  const announceOnce = async (session: Session, by: By, request?: string): Promise<void> => {
    if (session.accountId === undefined || announced.has(session)) return
    announced.add(session)
    if (await isToAnnounce(stores.artefacts, session.uid, clock)) await announce([foundOf(session)], by, request)
  }

  return {
    install(library) {
      const prototype = library.Session.prototype as { destroy(this: Session): Promise<void> }
      const destroy = prototype.destroy
      prototype.destroy = async function () {
        const ctx = Provider.ctx
        const by = ctx?.oidc.client ? 'service' : 'person'
        await translatingAway(() => announceOnce(this, by, ctx && ambientOf(ctx.req).requestId))
        await destroy.call(this)
      }
    },

    async endSession(session, by, request) {
      const found = foundOf(session)
      await announceOnce(session, by, request)
      await session.destroy()
      await endSessionRecords(stores.artefacts, session.uid, clock())
      await revokeGrants(found)
    },

    async endAccount(accountId, by) {
      const before = await stores.artefacts.sessions(accountId)
      await announce(before, by)
      const ended = await stores.artefacts.endAccount(accountId)
      const known = new Set(before.map(({ uid }) => uid))
      await announce(
        ended.filter(({ uid }) => !known.has(uid)),
        by,
      )
    },

    async endExpiredSessions(now, limit) {
      const until = new Date(now.getTime() + LEASE_MS)
      const expired = await stores.artefacts.leaseExpiredSessions(now, until, limit)
      for (const [nth, session] of expired.entries()) {
        await announce([session], 'expiry')
        await revokeGrants(session)
        await stores.artefacts.forgetExpiredSession(session.uid, now)
        // a store that answers at once would hold whoever signs in for the whole batch
        if (nth % BREATH === 0) await othersRun()
      }
      return expired.length
    },
  }
}
