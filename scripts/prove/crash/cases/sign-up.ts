/** From the form to the account. */
import { linkOf, signUpFields } from '../../../../test/support/people.ts'
import type { Page } from '../../../../test/support/visitor.ts'
import type { Server } from '../../world/servers.ts'
import { expectPage, HEADINGS, insist, type Somebody, SUBJECTS, sendSignUp, signUpForm } from '../people.ts'
import { LONG_MS, must, type Scene, type Stage, type UseCase } from '../stage.ts'

/** A form sent to the process that dies, and again to the one that lives: then `answered` looks at the page. */
const sentAgain = (
  somebody: Somebody,
  send: () => Promise<Page>,
  answered: (page: Page) => Promise<unknown>,
): Scene => ({
  act: server => {
    somebody.at(server)
    return send()
  },
  retry: async server => {
    somebody.at(server)
    await answered(await insist(server, send))
  },
})

const activationLink = async ({ world }: Stage, email: string): Promise<string> =>
  linkOf(await world.mailTo(email, ({ subject }) => subject.includes(SUBJECTS.activation), LONG_MS))

const activate = async (somebody: Somebody, link: string): Promise<Page> =>
  somebody.visitor.submit(await somebody.visitor.get(link), { action: 'activate' }, 'activate')

/** Signed up, the mail come. */
const aClaim = async (stage: Stage, server: Server) => {
  const somebody = stage.somebody(server)
  const { issuer } = stage.world
  const page = expectPage(await sendSignUp(somebody, await signUpForm(issuer, somebody)), HEADINGS.checkMailbox)
  return { somebody, page, link: await activationLink(stage, somebody.email) }
}

const holds = async ({ ledger }: Stage, { nir }: Somebody): Promise<string> => {
  const holder = await ledger.holder(nir)
  if (holder?.status !== 'active') throw new Error('nobody holds the number after the retry')
  must((await ledger.count('activation.done', holder.id)) === 1, 'activation.done is not there exactly once')
  must((await ledger.count('signUp.requested', holder.id)) === 1, 'signUp.requested is not there exactly once')
  return holder.id
}

const signingUp: UseCase = {
  name: 'sign-up',
  async prepare(stage, server) {
    const somebody = stage.somebody(server)
    const form = await signUpForm(stage.world.issuer, somebody)
    return sentAgain(
      somebody,
      () => sendSignUp(somebody, form),
      async page => {
        expectPage(page, HEADINGS.checkMailbox)
        await stage.mails(somebody.email, 'activation', 1, 2)
        // the last sign-up is the browser's own; a former one that was cut mailed a link too
        const { length } = await stage.ledger.claims(somebody.nir)
        await stage.mails(somebody.email, 'activation', length, length)
        const links = stage.world.mailbox.mails.filter(({ to }) => to === somebody.email).map(linkOf)
        let last = page
        for (const link of links) last = await activate(somebody, link)
        if (last.heading !== HEADINGS.activated) last = await activate(somebody, links[0] ?? '')
        await holds(stage, somebody)
      },
    )
  },
}

const correcting: UseCase = {
  name: 'address corrected',
  async prepare(stage, server) {
    const { somebody, page } = await aClaim(stage, server)
    const email = `corrige.${somebody.email}`
    return sentAgain(
      somebody,
      () => somebody.visitor.submit(page, { action: 'correct', email, emailConfirmation: email }, 'correct'),
      async answer => {
        expectPage(answer, HEADINGS.checkMailbox)
        await stage.mails(email, 'activation', 1, 2)
        const [claim] = await stage.ledger.claims(somebody.nir)
        must((await stage.ledger.count('signUp.addressCorrected', claim?.id ?? '')) >= 1, 'no event of the correction')
      },
    )
  },
}

const resending: UseCase = {
  name: 'mail asked again',
  async prepare(stage, server) {
    const { somebody, page } = await aClaim(stage, server)
    return sentAgain(
      somebody,
      () => somebody.visitor.submit(page, { action: 'resend' }, 'resend'),
      async answer => {
        expectPage(answer, HEADINGS.checkMailbox)
        await stage.mails(somebody.email, 'activation', 2, 3)
      },
    )
  },
}

const activating = (proof: 'browser' | 'password'): UseCase => ({
  name: `activation by ${proof}`,
  async prepare(stage, server) {
    const { somebody: first, link } = await aClaim(stage, server)
    const somebody = proof === 'browser' ? first : { ...stage.somebody(server), ...personOf(first) }
    const page = await somebody.visitor.get(link)
    const { password } = signUpFields(first)
    const fields = { action: 'activate', ...(proof === 'password' ? { password: password ?? '' } : {}) }
    return sentAgain(
      somebody,
      () => somebody.visitor.submit(page, fields, 'activate'),
      async answer => {
        expectPage(answer, HEADINGS.activated)
        await holds(stage, somebody)
      },
    )
  },
})

const personOf = ({ nir, nirKey, email, birthName, password }: Somebody) => ({
  nir,
  nirKey,
  email,
  birthName,
  password,
})

const disowning: UseCase = {
  name: 'sign-up disowned',
  async prepare(stage, server) {
    const { somebody, link } = await aClaim(stage, server)
    const page = await somebody.visitor.get(link)
    const [claim] = await stage.ledger.claims(somebody.nir)
    return sentAgain(
      somebody,
      () => somebody.visitor.submit(page, { action: 'disown' }, 'disown'),
      async answer => {
        expectPage(answer, HEADINGS.erased)
        must((await stage.ledger.claims(somebody.nir)).length === 0, 'the sign-up disowned is still there')
        must((await stage.ledger.count('activation.disowned', claim?.id ?? '')) === 1, 'no event of the disowning')
      },
    )
  },
}

export const signUpCases: readonly UseCase[] = [
  signingUp,
  correcting,
  resending,
  activating('browser'),
  activating('password'),
  disowning,
]
