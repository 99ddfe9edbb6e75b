/** However a session ends, its services are told, and what lives with it ends. */
import type { Session } from 'oidc-provider'
import type { AuditEvents } from '../../audit/events.ts'
import type { NewJob, SessionFound } from '../../stores/contracts.ts'
import type { Clients } from '../clients/clients.ts'
import type { Oidc } from '../contracts.ts'
import type { OidcNeeds } from '../needs.ts'
import { endSessionRecords } from '../storage/ended.ts'
import type { Backchannel } from './backchannel.ts'

type By = AuditEvents['session.ended']['by']
type Authorization = { readonly sid?: string; readonly grantId?: string; readonly persistsLogout?: boolean }

/** Ends the browser's session, the record of it gone first: nobody comes back by it. */
export type EndSession = (session: Session, by: By, request?: string) => Promise<void>

export type Ending = Pick<Oidc, 'endAccount' | 'endExpiredSessions'> & { readonly endSession: EndSession }

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
      if (grantId !== undefined && !persistsLogout) await stores.artefacts.revokeByGrant(grantId)
    }
  }

  const record = async (session: SessionFound, by: By, request?: string): Promise<void> => {
    const { accountId } = session.payload
    if (typeof accountId === 'string') await audit.record('session.ended', { account: accountId, by }, request)
  }

  return {
    async endSession(session, by, request) {
      const found = { uid: session.uid, payload: { ...session } as SessionFound['payload'] }
      await tell([found])
      await session.destroy()
      await endSessionRecords(stores.artefacts, session.uid, clock())
      await revokeGrants(found)
      await record(found, by, request)
    },

    async endAccount(accountId, by) {
      // Told first: a crash in between tells them twice, never not at all.
      const before = await stores.artefacts.sessions(accountId)
      await tell(before)
      const ended = await stores.artefacts.endAccount(accountId)
      const known = new Set(before.map(({ uid }) => uid))
      await tell(ended.filter(({ uid }) => !known.has(uid)))
      for (const session of ended) await record(session, by)
    },

    async endExpiredSessions(now, limit) {
      const expired = await stores.artefacts.takeExpiredSessions(now, limit)
      await tell(expired)
      for (const session of expired) {
        await revokeGrants(session)
        await record(session, 'expiry')
      }
      return expired.length
    },
  }
}
