/** People whom FranceConnect vouches for, on their way in. */
import { aPerson, linkOf, signUpFields } from '../../../../test/support/people.ts'
import type { Page } from '../../../../test/support/visitor.ts'
import type { Member } from '../../world/people.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf } from '../../world/service.ts'
import { chooseThere, goThere } from '../../world/upstream.ts'
import { expectPage, HEADINGS, SUBJECTS } from '../people.ts'
import { LONG_MS, must, type Stage, type Vouched } from '../stage.ts'

/** What the form still asks of somebody verified. */
export const detailsOf = ({ nir, nirKey, email }: Vouched): Readonly<Record<string, string>> => {
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({ ...aPerson(), nir, nirKey, email })
  return fields
}

/** From the service by FranceConnect, unless a session opens the service at once: the page that they come to. */
export const arrive = async (stage: Stage, { visitor, vouched }: Vouched): Promise<Page> => {
  const page = await visitor.get(stage.service.request().url)
  if (codeOf(page)) return page
  return chooseThere(stage.upstream, visitor, await goThere(visitor, page), { person: vouched.id })
}

/** At the form that is left to fill in. */
export const atForm = async (stage: Stage, who: Vouched): Promise<Page> =>
  who.visitor.submit(expectPage(await arrive(stage, who), HEADINGS.question), { answer: 'no' }, 'answer')

export const fillIn = (who: Vouched, form: Page): Promise<Page> =>
  who.visitor.submit(form, detailsOf(who), 'create-account')

export const mustArrive = (page: Page, what: string): void =>
  must(codeOf(page) !== undefined, `${what}: ${page.status} « ${page.heading} »`)

/** With an account of their own, which FranceConnect opens and nothing else. */
export const opened = async (stage: Stage, server: Server): Promise<Vouched> => {
  const who = stage.vouched(server)
  mustArrive(await fillIn(who, await atForm(stage, who)), 'no sign-up by FranceConnect')
  return who
}

/** The link of the mail of that kind, which another process sends. */
export const linkTo = async ({ world }: Stage, email: string, kind: keyof typeof SUBJECTS): Promise<string> =>
  linkOf(await world.mailTo(email, ({ subject }) => subject.includes(SUBJECTS[kind]), LONG_MS))

/** With an account made by number and password, of the same birth name or another one. */
export const declared = async (
  stage: Stage,
  server: Server,
  birthName?: string,
): Promise<{ readonly who: Vouched; readonly member: Member }> => {
  const who = stage.vouched(server)
  const { vouched, visitor, at, ...person } = who
  const member = await stage.world.enrol({ ...person, birthName: birthName ?? person.birthName })
  return { who, member }
}

/** The account that the number leads to, and how many identities open it. */
export const holderOf = async ({ ledger }: Stage, { nir }: { readonly nir: string }) => {
  const account = await ledger.holder(nir)
  if (!account) throw new Error('nobody holds the number')
  return { ...account, opens: account.identityKeys?.length ?? 0 }
}
