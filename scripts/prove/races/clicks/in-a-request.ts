/** Forms of who comes from a service, and of who leaves: sign-in, terms, consent, « is it still you », sign-out. */
import { decodeJwt } from 'jose'
import { aPerson } from '../../../../test/support/people.ts'
import { REDIRECT_URI, signInTo } from '../../world/service.ts'
import type { Form, Stage } from './form.ts'

const signedIn = async ({ world, browser, own }: Stage) => {
  const member = await world.enrol(aPerson())
  const visitor = browser()
  await signInTo(visitor, own, member)
  return { member, visitor }
}

const consent =
  (action: 'allow' | 'deny', event: 'consent.given' | 'consent.denied'): Form['prepare'] =>
  async stage => {
    const { member, visitor } = await signedIn(stage)
    return {
      browser: visitor,
      page: await visitor.get(stage.other.request({ scope: 'openid email' }).url),
      typed: { action },
      holding: action,
      leadsTo: action === 'allow' ? `${REDIRECT_URI}?code=` : `${REDIRECT_URI}?error=access_denied`,
      event: { name: event, account: member.id },
    }
  }

export const inARequest: readonly Form[] = [
  {
    name: 'sign-in',
    prepare: async ({ world, browser, own }) => {
      const member = await world.enrol(aPerson())
      const visitor = browser()
      return {
        browser: visitor,
        page: await visitor.get(own.request().url),
        typed: { nir: member.nir, password: member.password },
        holding: 'password',
        leadsTo: `${REDIRECT_URI}?code=`,
        event: { name: 'signIn.succeeded', account: member.id },
        mail: { to: member.email, fits: () => true },
      }
    },
  },
  {
    name: 'new terms',
    prepare: async ({ world, browser, own }) => {
      const member = await world.enrol(aPerson())
      const { accounts } = world.foundations.stores
      const account = await accounts.find(member.id)
      const terms = { version: '0', hash: '0', acceptedAt: new Date() }
      await accounts.change(member.id, account?.version ?? 0, { terms }, {})
      const visitor = browser()
      const form = await visitor.get(own.request().url)
      return {
        browser: visitor,
        page: await visitor.submit(form, { nir: member.nir, password: member.password }, 'password'),
        typed: { action: 'accept', acceptTerms: 'on' },
        holding: 'acceptTerms',
        leadsTo: `${REDIRECT_URI}?code=`,
        event: { name: 'terms.accepted', account: member.id },
      }
    },
  },
  { name: 'consent given', prepare: consent('allow', 'consent.given') },
  { name: 'consent denied', prepare: consent('deny', 'consent.denied') },
  {
    name: 'sign-out, and each service told once',
    prepare: async stage => {
      const { member, visitor } = await signedIn(stage)
      const sids: string[] = []
      for (const service of stage.told) {
        const { body } = await service.redeem(stage.world.server(), await signInTo(visitor, service, member))
        sids.push(String(decodeJwt(String(body.id_token)).sid))
      }
      return {
        browser: visitor,
        sids,
        page: await visitor.get(`${stage.world.issuer}/session/end`),
        typed: { logout: 'yes' },
        holding: 'logout',
        leadsTo: 'Votre session est fermée',
        event: { name: 'session.ended', account: member.id },
      }
    },
  },
]

/** Once everybody has waited for some minutes. */
export const afterAWhile: readonly Form[] = [
  {
    name: 'going on with this account',
    prepare: async stage => {
      const { visitor } = await signedIn(stage)
      for (const server of stage.world.servers) await server.advance(6 * 60)
      return {
        browser: visitor,
        page: await visitor.get(stage.own.request().url),
        typed: { action: 'continue' },
        holding: 'continue',
        leadsTo: `${REDIRECT_URI}?code=`,
      }
    },
  },
]
