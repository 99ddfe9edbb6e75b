/** What is done when nobody asks: mails, logouts told, what expires; and what agents do by commands. */

import type { JobQueue } from '../../../../src/stores/contracts.ts'
import { waitFor } from '../../../../test/support/wait.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf } from '../../world/service.ts'
import { expectPage, HEADINGS, type Somebody, sendSignUp, signUpForm } from '../people.ts'
import type { AgentAct } from '../server.ts'
import { LONG_MS, must, type Stage, type UseCase } from '../stage.ts'

/** Leases of the dead end: two minutes. */
const LEASE_SECONDS = 130
/** Longer than a session lies idle. */
const HALF_HOUR = 1900

/** Works until the queue is empty, if it lives. */
export const work =
  ({ world }: Stage, queue: JobQueue) =>
  async (server: Server): Promise<void> => {
    await server.ask('work')
    await waitFor(async () => !server.alive() || (await world.foundations.stores.jobs.count(queue)) === 0, LONG_MS)
  }

export const workLater = async (server: Server): Promise<void> => {
  await server.advance(LEASE_SECONDS)
  await server.ask('work')
}

export const signUp = async (stage: Stage, somebody: Somebody): Promise<void> => {
  const form = await signUpForm(stage.world.issuer, somebody)
  expectPage(await sendSignUp(somebody, form), HEADINGS.checkMailbox)
}

const tellingLogouts: UseCase = {
  name: 'logout told',
  works: 'backchannelLogout',
  async prepare(stage, server) {
    const { world } = stage
    const member = await stage.member(server)
    const sid = await stage.sessionOf(server, member)
    const page = await member.visitor.get(`${world.issuer}/deconnexion`)
    expectPage(await member.visitor.submit(page, { logout: 'yes' }, 'logout'), HEADINGS.signedOut)
    return {
      act: work(stage, 'backchannelLogout'),
      retry: async at => {
        await workLater(at)
        await stage.told(sid)
      },
    }
  },
}

const expiring: UseCase = {
  name: 'session expired',
  works: 'backchannelLogout',
  purges: true,
  async prepare(stage, server) {
    const { ledger } = stage
    // sessions that others left behind would be steps of this one, and of no other
    await server.advance(HALF_HOUR)
    await server.ask('expire')
    await server.ask('work')
    const member = await stage.member(server)
    const sid = await stage.sessionOf(server, member)
    return {
      act: async at => {
        await at.advance(HALF_HOUR)
        return at.ask('expire')
      },
      retry: async at => {
        // after the lease of the dead
        await at.advance(2 * HALF_HOUR + LEASE_SECONDS)
        await at.ask('expire')
        await at.ask('work')
        await stage.told(sid)
        must((await ledger.count('session.ended', member.id)) >= 1, 'no event of the end of the session')
      },
    }
  },
}

/** Signing in again gives the session a new id: whatever dies then, its services hear of its end. */
const renewing: UseCase = {
  name: 'session under a new id',
  works: 'backchannelLogout',
  async prepare(stage, server) {
    const { service, ledger } = stage
    const member = await stage.member(server)
    const sid = await stage.sessionOf(server, member)
    const page = await member.visitor.get(service.request({ prompt: 'login' }).url)
    return {
      act: at => {
        member.at(at)
        return member.visitor.submit(page, { nir: member.nir, password: member.password }, 'password')
      },
      retry: async at => {
        must(!stage.receiver.told.includes(sid), 'the service was told of the end of a session that goes on')
        await at.advance(HALF_HOUR + LEASE_SECONDS)
        await at.ask('expire')
        await at.ask('work')
        await stage.told(sid)
        must((await ledger.count('session.ended', member.id)) >= 1, 'no event of the end of the session')
      },
    }
  },
}

const purging: UseCase = {
  name: 'pending account purged',
  works: 'backchannelLogout',
  purges: true,
  async prepare(stage, server) {
    const somebody = stage.somebody(server)
    await signUp(stage, somebody)
    const eight_days = 8 * 24 * 3600
    const purged = async () =>
      (await stage.ledger.events()).reduce(
        (sum, event) => sum + (event.name === 'account.purged' ? event.details.count : 0),
        0,
      )
    const before = await purged()
    return {
      act: async at => {
        await at.advance(eight_days)
        return at.ask('purgePending')
      },
      retry: async at => {
        await at.advance(eight_days)
        await at.ask('purgePending')
        must((await stage.ledger.claims(somebody.nir)).length === 0, 'a pending account too old is still there')
        must((await purged()) > before, 'no event of the purge')
      },
    }
  },
}

const commanding = (act: AgentAct, event: Parameters<Stage['ledger']['count']>[0]): UseCase => ({
  name: `agent: ${act}`,
  async prepare(stage, server) {
    const { service, ledger } = stage
    const member = await stage.member(server)
    const sid = await stage.sessionOf(server, member)
    const command = (at: Server) => at.ask('agent', { act, nir: member.nir })
    return {
      act: command,
      retry: async at => {
        member.at(at)
        await command(at)
        must((await ledger.count(event, member.id)) >= 1, `no event ${event}`)
        must((await ledger.count('session.ended', member.id)) >= 1, 'no event of the end of the session')
        await stage.told(sid)
        must(codeOf(await member.visitor.get(service.request({ prompt: 'none' }).url)) === undefined, 'it still opens')
        if (act === 'releaseNumber') must((await ledger.holder(member.nir)) === undefined, 'the number is not free')
      },
    }
  },
})

export const workerCases: readonly UseCase[] = [tellingLogouts, expiring, renewing, purging]
export const agentCases: readonly UseCase[] = [
  commanding('suspend', 'account.suspended'),
  commanding('endSessions', 'account.sessionsEnded'),
  commanding('releaseNumber', 'account.numberReleased'),
]
