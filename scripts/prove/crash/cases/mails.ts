/** Every kind of mail that waits in the outbox: whoever runs its job dies on the way, and it leaves, once more at most. */
import { linkAsked, type MailJobs, makeOutbox } from '../../../../src/mail/outbox.ts'
import { waitFor } from '../../../../test/support/wait.ts'
import type { Server } from '../../world/servers.ts'
import { signInTo } from '../../world/service.ts'
import type { Somebody } from '../people.ts'
import { LONG_MS, type Stage, type UseCase } from '../stage.ts'
import { signUp, work, workLater } from './workers.ts'

type Mailed = Parameters<Stage['mails']>[1]

/** `ask` leaves one job, by a page or as a page would; gives the address that its mail goes to. */
const mailing = (
  name: string,
  kind: Mailed,
  ask: (stage: Stage, server: Server) => Promise<{ readonly email: string }>,
): UseCase => ({
  name: `mail ${name}`,
  works: 'mail',
  async prepare(stage, server) {
    const { email } = await ask(stage, server)
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

/** As whatever asks for that mail would write it. */
const leave = async <K extends keyof MailJobs>({ world }: Stage, kind: K, payload: MailJobs[K]): Promise<void> => {
  const { stores, vault } = world.foundations
  const outbox = makeOutbox({ vault, clock: () => new Date(), spreadSeconds: 0 })
  await stores.jobs.add([outbox.mail(kind, payload)])
}
const now = (): string => new Date().toISOString()

const askAccess = async ({ world }: Stage, { visitor, nir, email }: Somebody) =>
  visitor.submit(await visitor.get(`${world.issuer}/mot-de-passe-oublie`), { nir, email }, 'nir')

export const mailCases: readonly UseCase[] = [
  mailing('activation', 'activation', async (stage, server) => {
    const somebody = stage.somebody(server)
    await signUp(stage, somebody)
    return somebody
  }),
  mailing('accountExists', 'accountExists', async (stage, server) => {
    const member = await stage.member(server)
    await signUp(stage, member)
    return member
  }),
  mailing('holderWarned', 'holderWarned', async (stage, server) => {
    const member = await stage.member(server)
    await signUp(stage, { ...member, email: `autre.${member.email}` })
    return member
  }),
  mailing('access, of a holder', 'recovery', async (stage, server) => {
    const member = await stage.member(server)
    await askAccess(stage, member)
    return member
  }),
  mailing('access, of a pending account', 'activation', async (stage, server) => {
    const somebody = stage.somebody(server)
    await stage.world.claim(somebody)
    await askAccess(stage, somebody)
    return somebody
  }),
  mailing('access, without a password', 'recovery', async (stage, server) => {
    const member = await stage.member(server)
    const { accounts } = stage.world.foundations.stores
    const version = (await accounts.find(member.id))?.version ?? 0
    await accounts.change(member.id, version, { passwordHash: undefined }, {})
    await askAccess(stage, member)
    return member
  }),
  mailing('recovery, a new link', 'recovery', async (stage, server) => {
    const member = await stage.member(server)
    await leave(stage, 'recovery', { accountId: member.id, ...linkAsked(new Date(), { fromLink: true }) })
    return member
  }),
  mailing('passwordChanged', 'passwordChanged', async (stage, server) => {
    const member = await stage.member(server)
    await leave(stage, 'passwordChanged', { accountId: member.id, at: now() })
    return member
  }),
  mailing('newDevice', 'newDevice', async (stage, server) => {
    const member = await stage.member(server)
    await signInTo(member.visitor, stage.service, member)
    return member
  }),
]
