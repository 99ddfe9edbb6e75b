/** People who change what an account holds while keys rotate and accounts are re-sealed; then whether each change is still there. */
import type { Configuration } from '../../../src/config/start.ts'
import { normaliseEmail } from '../../../src/identity/email.ts'
import { makeEnvelope } from '../../../src/protection/envelope.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import type { AccountRecord, Stores } from '../../../src/stores/contracts.ts'
import { linkOf, signUp } from '../../../test/support/people.ts'
import type { Page } from '../../../test/support/visitor.ts'
import { SEEDED_PASSWORD } from '../../seed/people.ts'
import type { Server } from '../world/servers.ts'
import { aProvedService, codeOf, signInTo } from '../world/service.ts'
import type { World } from '../world/world.ts'
import { aNetwork, changers, newcomer } from './crowd.ts'

export const ACTS = ['passwords recovered', 'terms accepted', 'addresses corrected', 'accounts activated'] as const
const AT_ONCE = 2
const MAIL_MS = 60_000
const NEW_PASSWORD = 'Coquelicot-Rouge-77'

type Opened = { readonly account: AccountRecord; readonly email: unknown }
/** What was done, and how it is seen afterwards. */
type Change = {
  readonly act: (typeof ACTS)[number]
  readonly nir: string
  /** By the account, opened under the keys of today. */
  readonly stands: (opened: Opened) => boolean
  /** With what they sign in now; somebody pending does not. */
  readonly password?: string
}

export type Changing = {
  /** Everybody ends what they began. */
  stop(): Promise<{
    readonly counts: { readonly [act: string]: number }
    readonly signedUp: number
    readonly failed: number
    readonly firstFault?: string
  }>
  /** How many changes are not to be found any more. */
  lost(stores: Stores, configuration: Configuration): Promise<number>
}

const expectThat = (right: boolean, what: string, page: Page): void => {
  if (!right) throw new Error(`${what}: ${page.status} « ${page.heading} »`)
}

export const startChanging = async (world: World, size: number, front: Server): Promise<Changing> => {
  const { issuer, foundations } = world
  const { accounts } = foundations.stores
  const { terms } = foundations.configuration.texts
  const service = await aProvedService(world)
  const members = changers(size)
  const done: Change[] = []
  let going = true
  let signedUp = 0
  let failed = 0
  let firstFault: string | undefined

  const browser = () => world.visitor(front, aNetwork())
  const linkTo = async (email: string, subject: string): Promise<string> =>
    linkOf(await world.mailTo(email, mail => mail.subject.includes(subject), MAIL_MS))

  const recover = async (): Promise<void> => {
    const { value: member } = members.next()
    if (!member) return
    const by = browser()
    const nir = member.nir.number
    const form = await by.get(`${issuer}/mot-de-passe-oublie`)
    await by.submit(form, { nir, email: member.email }, 'nir')
    const page = await by.get(await linkTo(member.email, 'Votre accès'))
    const typed = { password: NEW_PASSWORD, passwordConfirmation: NEW_PASSWORD }
    const changed = await by.submit(page, typed, 'password')
    expectThat(changed.heading === 'Votre mot de passe est changé', 'a new password', changed)
    done.push({ act: 'passwords recovered', nir, password: NEW_PASSWORD, stands: () => true })
  }

  const makeTermsOld = async (id: string): Promise<void> => {
    const account = await accounts.find(id)
    const old = { version: '0', hash: '0', acceptedAt: new Date() }
    if ((await accounts.change(id, account?.version ?? 0, { terms: old }, {})) !== 'changed') await makeTermsOld(id)
  }

  const accept = async (): Promise<void> => {
    const { value: member } = members.next()
    if (!member) return
    const nir = member.nir.number
    await makeTermsOld(member.id)
    const by = browser()
    const form = await by.get(service.request().url)
    const asked = await by.submit(form, { nir, password: SEEDED_PASSWORD }, 'password')
    const back = await by.submit(asked, { action: 'accept', acceptTerms: 'on' }, 'acceptTerms')
    const way = by.visited.slice(-4).map(url => new URL(url).pathname.replace(/[\w-]{21,}/g, ':id'))
    expectThat(codeOf(back) !== undefined, `terms accepted, by ${way.join(' ')}`, back)
    done.push({
      act: 'terms accepted',
      nir,
      password: SEEDED_PASSWORD,
      stands: ({ account }) => account.terms.hash === terms.fr.hash,
    })
  }

  const claim = async () => {
    const person = newcomer()
    const by = browser()
    const page = await signUp(by, world, person)
    expectThat(page.status === 200, 'a sign-up', page)
    signedUp += 1
    return { person, by, page }
  }

  const correct = async (): Promise<void> => {
    const { person, by, page } = await claim()
    const email = `corrige.${person.email}`
    const answer = await by.submit(page, { action: 'correct', email, emailConfirmation: email }, 'correct')
    await linkTo(email, 'Activez')
    expectThat(answer.status === 200, 'an address corrected', answer)
    done.push({ act: 'addresses corrected', nir: person.nir, stands: opened => opened.email === normaliseEmail(email) })
  }

  const activate = async (): Promise<void> => {
    const { person, by } = await claim()
    const page = await by.get(await linkTo(person.email, 'Activez'))
    const active = await by.submit(page, { action: 'activate' }, 'activate')
    expectThat(active.heading === 'Félicitations, votre compte est créé', 'an activation', active)
    done.push({
      act: 'accounts activated',
      nir: person.nir,
      password: person.password,
      stands: ({ account }) => account.status === 'active',
    })
  }

  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
    } catch (fault) {
      failed += 1
      firstFault ??= fault instanceof Error ? fault.message : String(fault)
    }
  }
  const comeAgain = async (): Promise<void> => {
    do for (const act of [recover, accept, correct, activate]) await attempt(act)
    while (going)
  }
  const all = Promise.all(Array.from({ length: AT_ONCE }, comeAgain))

  return {
    async stop() {
      going = false
      await all
      const counts: { [act: string]: number } = {}
      for (const { act } of done) counts[act] = (counts[act] ?? 0) + 1
      return { counts, signedUp, failed, ...(firstFault === undefined ? {} : { firstFault }) }
    },

    async lost(stores, { keys }) {
      const envelope = makeEnvelope(keys.personal)
      const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
      const isThere = async ({ nir, password, stands }: Change): Promise<boolean> => {
        const nirKeys = lookup.nir(nir).filter(({ keyId }) => keyId === keys.lookup[0].id)
        const [claimed] = password === undefined ? await stores.accounts.findClaims(nirKeys) : []
        const account = claimed ?? (await stores.accounts.findHolder(nirKeys))
        if (!account) return false
        const { email } = (await envelope.open(account.id, account.sealed)) as { readonly email?: unknown }
        if (!stands({ account, email })) return false
        if (password !== undefined) await signInTo(browser(), service, { nir, password })
        return true
      }
      let lost = 0
      for (const change of done) if (!(await isThere(change).catch(() => false))) lost += 1
      return lost
    },
  }
}
