/** Signing in, what is asked on the way, and leaving. */
import type { Page } from '../../../../test/support/visitor.ts'
import type { Member } from '../../world/people.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf, type ProvedService, signInTo } from '../../world/service.ts'
import { expectPage, HEADINGS, type Somebody } from '../people.ts'
import { must, type Scene, type UseCase } from '../stage.ts'

type At = { readonly visitor: Somebody['visitor']; at: Somebody['at'] }

/** The form that the person is at, and what to press. */
type Answering = { readonly page: Page; readonly fields: Readonly<Record<string, string>>; readonly holding: string }

const answer = ({ visitor }: At, { page, fields, holding }: Answering): Promise<Page> =>
  visitor.submit(page, fields, holding)

/** Sent again; if that leads nowhere, from the service anew, each page answered as it comes. */
const throughTo = async (
  server: Server,
  who: Somebody & Member,
  service: ProvedService,
  cut: Answering,
): Promise<string> => {
  who.at(server)
  let page = await answer(who, cut)
  if (!codeOf(page)) page = await who.visitor.get(service.request().url)
  for (let step = 0; step < 4 && !codeOf(page); step += 1) {
    const fields = page.body.includes('name="password"')
      ? { nir: who.nir, password: who.password }
      : page.body.includes('name="acceptTerms"')
        ? { acceptTerms: 'on' }
        : { action: 'allow' }
    page = await who.visitor.submit(page, fields, Object.keys(fields).at(-1) === 'action' ? 'allow' : undefined)
  }
  const code = codeOf(page)
  if (!code) throw new Error(`no way back to the service: ${page.status} « ${page.heading} »`)
  return code
}

const answering = (
  who: Somebody & Member,
  service: ProvedService,
  cut: Answering,
  check: () => Promise<void>,
): Scene => ({
  act: server => {
    who.at(server)
    return answer(who, cut)
  },
  retry: async server => {
    await throughTo(server, who, service, cut)
    await check()
  },
})

const signingIn = (device: 'new' | 'known'): UseCase => ({
  name: `sign-in, ${device} device`,
  async prepare(stage, server) {
    const { service, ledger } = stage
    const who = await stage.member(server)
    if (device === 'known') await signInTo(who.visitor, service, who)
    const page = await who.visitor.get(service.request({ prompt: 'login' }).url)
    const cut = { page, fields: { nir: who.nir, password: who.password }, holding: 'password' }
    return answering(who, service, cut, async () => {
      must((await ledger.count('signIn.succeeded', who.id)) >= 1, 'no event of the sign-in')
      await stage.mails(who.email, 'newDevice', 1, device === 'new' ? 2 : 1)
    })
  },
})

const acceptingTerms: UseCase = {
  name: 'new terms accepted',
  async prepare(stage, server) {
    const { service, ledger, world } = stage
    const { accounts } = world.foundations.stores
    const who = await stage.member(server)
    const account = await accounts.find(who.id)
    if (!account) throw new Error('an account that was just made is not there')
    await accounts.change(who.id, account.version, { terms: { ...account.terms, version: 'former' } }, {})
    const form = await who.visitor.get(service.request().url)
    const page = await who.visitor.submit(form, { nir: who.nir, password: who.password }, 'password')
    return answering(who, service, { page, fields: { acceptTerms: 'on' }, holding: 'acceptTerms' }, async () => {
      must((await accounts.find(who.id))?.terms.version !== 'former', 'the terms accepted are not kept')
      must((await ledger.count('terms.accepted', who.id)) >= 1, 'no event of the acceptance')
    })
  },
}

const consenting: UseCase = {
  name: 'consent given',
  async prepare(stage, server) {
    const { stranger, ledger, world } = stage
    const who = await stage.member(server)
    const form = await who.visitor.get(stranger.request({ scope: 'openid email' }).url)
    const page = await who.visitor.submit(form, { nir: who.nir, password: who.password }, 'password')
    return answering(who, stranger, { page, fields: { action: 'allow' }, holding: 'allow' }, async () => {
      const consent = await world.foundations.stores.consents.find(who.id, stranger.id)
      must(consent !== undefined, 'the consent given is not kept')
      must((await ledger.count('consent.given', who.id)) >= 1, 'no event of the consent')
    })
  },
}

/** Whether a session still opens without a word. */
const signedIn = async ({ visitor }: At, service: ProvedService): Promise<boolean> =>
  codeOf(await visitor.get(service.request({ prompt: 'none' }).url)) !== undefined

const leaving: UseCase = {
  name: 'sign-out',
  async prepare(stage, server) {
    const { service, ledger, world } = stage
    const who = await stage.member(server)
    const sid = await stage.sessionOf(server, who)
    const page = await who.visitor.get(`${world.issuer}/deconnexion`)
    const send = () => who.visitor.submit(page, { logout: 'yes' }, 'logout')
    return {
      act: at => {
        who.at(at)
        return send()
      },
      retry: async at => {
        who.at(at)
        const again = await send()
        // the session may be over already: asked for anew, as anybody would
        if (again.heading !== HEADINGS.signedOut) {
          const asked = await who.visitor.get(`${world.issuer}/deconnexion`)
          expectPage(await who.visitor.submit(asked, { logout: 'yes' }, 'xsrf'), HEADINGS.signedOut)
        }
        must(!(await signedIn(who, service)), 'the session still opens after the sign-out')
        must((await ledger.count('session.ended', who.id)) >= 1, 'no event of the end of the session')
        await stage.told(sid)
      },
    }
  },
}

const leavingByConsent: UseCase = {
  name: '« it is not me » at the consent page',
  async prepare(stage, server) {
    const { service, stranger, ledger } = stage
    const who = await stage.member(server)
    const sid = await stage.sessionOf(server, who)
    const asked = () => who.visitor.get(stranger.request({ scope: 'openid email' }).url)
    const send = (page: Page) => who.visitor.submit(page, { action: 'switch' }, 'allow')
    const page = await asked()
    return {
      act: at => {
        who.at(at)
        return send(page)
      },
      retry: async at => {
        who.at(at)
        const again = await send(page).catch(() => undefined)
        const next = again?.body.includes('name="password"') ? again : await asked()
        // the session may have been kept by the death: the page is had again, and answered again
        if (!next.body.includes('name="password"')) await send(next)
        must(!(await signedIn(who, service)), 'the session still opens after « it is not me »')
        must((await ledger.count('session.ended', who.id)) >= 1, 'no event of the end of the session')
        await stage.told(sid)
      },
    }
  },
}

const changingPerson: UseCase = {
  name: 'somebody else signs in',
  async prepare(stage, server) {
    const { service, ledger } = stage
    const first = await stage.member(server)
    const second = { ...(await stage.member(server)), visitor: first.visitor, at: first.at }
    const sid = await stage.sessionOf(server, first)
    const page = await first.visitor.get(service.request({ prompt: 'login' }).url)
    const cut = { page, fields: { nir: second.nir, password: second.password }, holding: 'password' }
    return answering(second, service, cut, async () => {
      if ((await ledger.count('signIn.succeeded', second.id)) === 0) throw new Error('no event of the sign-in')
      must((await ledger.count('session.ended', first.id)) >= 1, 'no event of the end of the former session')
      await stage.told(sid)
    })
  },
}

export const signInCases: readonly UseCase[] = [
  signingIn('new'),
  signingIn('known'),
  acceptingTerms,
  consenting,
  leaving,
  leavingByConsent,
  changingPerson,
]
