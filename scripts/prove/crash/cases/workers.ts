/** What is done when nobody asks: mails, logouts told, what expires; and what agents do by commands. */

import type { JobQueue } from '../../../../src/stores/contracts.ts'
import { waitFor } from '../../../../test/support/wait.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf, signInTo } from '../../world/service.ts'
import { expectPage, HEADINGS, type Somebody, sendSignUp, signUpForm } from '../people.ts'
import type { AgentAct } from '../server.ts'
import { LONG_MS, must, type Stage, type UseCase } from '../stage.ts'

/** Leases of the dead end: two minutes. */
const LEASE_SECONDS = 130

/** Works until the queue is empty, if it lives. */
const work =
  ({ world }: Stage, queue: JobQueue) =>
  async (server: Server): Promise<void> => {
    await server.ask('work')
    await waitFor(async () => !server.alive() || (await world.foundations.stores.jobs.count(queue)) === 0, LONG_MS)
  }

const workLater = async (server: Server): Promise<void> => {
  await server.advance(LEASE_SECONDS)
  await server.ask('work')
}

type Mailed = Parameters<Stage['mails']>[1]

/** A job lies in the outbox; whoever runs it dies on the way; its mail leaves, once more at most. */
const mailing = (kind: Mailed, ask: (stage: Stage, server: Server) => Promise<string>): UseCase => ({
  name: `mail ${kind}`,
  works: 'mail',
  async prepare(stage, server) {
    const email = await ask(stage, server)
    return {
      act: work(stage, 'mail'),
      retry: async at => {
        await workLater(at)
        await stage.mails(email, kind, 1, 2)
        const { jobs } = stage.world.foundations.stores
        await waitFor(async () => (await jobs.count('mail')) === 0, LONG_MS)
      },
    }
  },
})

const signUp = async (stage: Stage, somebody: Somebody): Promise<void> => {
  const form = await signUpForm(stage.world.issuer, somebody)
  expectPage(await sendSignUp(somebody, form), HEADINGS.checkMailbox)
}

const askRecovery = async ({ world }: Stage, { visitor, nir, email }: Somebody) =>
  visitor.submit(await visitor.get(`${world.issuer}/mot-de-passe-oublie`), { nir, email }, 'nir')

const mails: readonly UseCase[] = [
  mailing('activation', async (stage, server) => {
    const somebody = stage.somebody(server)
    await signUp(stage, somebody)
    return somebody.email
  }),
  mailing('accountExists', async (stage, server) => {
    const member = await stage.member(server)
    await signUp(stage, member)
    return member.email
  }),
  mailing('holderWarned', async (stage, server) => {
    const member = await stage.member(server)
    await signUp(stage, { ...member, email: `autre.${member.email}` })
    return member.email
  }),
  mailing('recovery', async (stage, server) => {
    const member = await stage.member(server)
    await askRecovery(stage, member)
    return member.email
  }),
  mailing('newDevice', async (stage, server) => {
    const member = await stage.member(server)
    await signInTo(member.visitor, stage.service, member)
    return member.email
  }),
]

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
  async prepare(stage, server) {
    const { ledger } = stage
    const member = await stage.member(server)
    const sid = await stage.sessionOf(server, member)
    const half_hour = 1900
    return {
      act: async at => {
        await at.advance(half_hour)
        return at.ask('expire')
      },
      retry: async at => {
        // after the lease of the dead
        await at.advance(half_hour + LEASE_SECONDS)
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

export const workerCases: readonly UseCase[] = [...mails, tellingLogouts, expiring, purging]
export const agentCases: readonly UseCase[] = [
  commanding('suspend', 'account.suspended'),
  commanding('endSessions', 'account.sessionsEnded'),
  commanding('releaseNumber', 'account.numberReleased'),
]
