/** Forms of who has no session: sign-up, activation, forgotten password, and the mails asked for again. */
import { aPerson, linkOf, signUp, signUpFields } from '../../../../test/support/people.ts'
import type { Form, Stage } from './form.ts'

const ACTIVATED = 'Félicitations, votre compte est créé'
const isActivation = (subject: string): boolean => subject.startsWith('Activez')

const claim = async ({ world, browser, mailTo }: Stage) => {
  const person = aPerson()
  const visitor = browser()
  const sent = await signUp(visitor, world, person)
  const link = linkOf(await mailTo(person.email))
  return { person, visitor, sent, link, account: new URL(link).searchParams.get('jeton') ?? '' }
}

/** The account whose link this is: the first 16 bytes of its token. */
const accountOf = (token: string): string => Buffer.from(token, 'base64url').subarray(0, 16).toString('base64url')

const recoveryLink = async ({ world, browser, mailTo }: Stage) => {
  const member = await world.enrol(aPerson())
  const visitor = browser()
  const form = await visitor.get(`${world.issuer}/mot-de-passe-oublie`)
  await visitor.submit(form, { nir: member.nir, email: member.email }, 'nir')
  return { member, visitor, page: await visitor.get(linkOf(await mailTo(member.email))) }
}

export const beforeSignIn: readonly Form[] = [
  {
    name: 'sign-up',
    prepare: async ({ world, browser }) => {
      const person = aPerson()
      const visitor = browser()
      return {
        browser: visitor,
        page: await visitor.get(`${world.issuer}/inscription`),
        typed: signUpFields(person),
        holding: 'birthName',
        leadsTo: 'Consultez votre messagerie',
        event: { name: 'signUp.requested' },
        mail: { to: person.email, fits: isActivation },
      }
    },
  },
  {
    name: 'activation mail again',
    prepare: async stage => {
      const { person, visitor, sent } = await claim(stage)
      return {
        browser: visitor,
        page: sent,
        typed: { action: 'resend' },
        holding: 'resend',
        leadsTo: 'Consultez votre messagerie',
        mail: { to: person.email, fits: isActivation },
      }
    },
  },
  {
    name: 'address corrected',
    prepare: async stage => {
      const { person, visitor, sent, account } = await claim(stage)
      const email = `corrige.${person.email}`
      return {
        browser: visitor,
        page: sent,
        typed: { action: 'correct', email, emailConfirmation: email },
        holding: 'emailConfirmation',
        leadsTo: 'Consultez votre messagerie',
        event: { name: 'signUp.addressCorrected', account: accountOf(account) },
        mail: { to: email, fits: isActivation },
      }
    },
  },
  {
    name: 'activation in the same browser',
    prepare: async stage => {
      const { visitor, link, account } = await claim(stage)
      return {
        browser: visitor,
        page: await visitor.get(link),
        typed: { action: 'activate' },
        holding: 'activate',
        leadsTo: ACTIVATED,
        event: { name: 'activation.done', account: accountOf(account) },
      }
    },
  },
  {
    name: 'activation by the password',
    prepare: async stage => {
      const { person, link, account } = await claim(stage)
      const elsewhere = stage.browser()
      return {
        browser: elsewhere,
        page: await elsewhere.get(link),
        typed: { action: 'activate', password: person.password },
        holding: 'password',
        leadsTo: ACTIVATED,
        event: { name: 'activation.done', account: accountOf(account) },
      }
    },
  },
  {
    name: 'sign-up disowned',
    prepare: async stage => {
      const { visitor, link, account } = await claim(stage)
      return {
        browser: visitor,
        page: await visitor.get(link),
        typed: { action: 'disown' },
        holding: 'disown',
        leadsTo: 'Cette demande est effacée',
        event: { name: 'activation.disowned', account: accountOf(account) },
      }
    },
  },
  {
    name: 'activation mail asked for by number',
    prepare: async stage => {
      const { person } = await claim(stage)
      const elsewhere = stage.browser()
      return {
        browser: elsewhere,
        page: await elsewhere.get(`${stage.world.issuer}/inscription/renvoi`),
        typed: { nir: person.nir, email: person.email },
        holding: 'nir',
        leadsTo: 'Recevoir à nouveau le courriel : consultez votre messagerie',
        event: { name: 'recovery.requested' },
        mail: { to: person.email, fits: isActivation },
      }
    },
  },
  {
    name: 'new link from a closed one',
    prepare: async stage => {
      const { person, link } = await claim(stage)
      const elsewhere = stage.browser()
      let page = await elsewhere.get(link)
      for (let tries = 0; tries < 5; tries += 1)
        page = await elsewhere.submit(page, { action: 'activate', password: 'Mauvais-Essai-99' }, 'password')
      return {
        browser: elsewhere,
        page,
        typed: {},
        holding: 'new-link',
        leadsTo: 'Recevoir à nouveau le courriel : consultez votre messagerie',
        mail: { to: person.email, fits: isActivation },
      }
    },
  },
  {
    name: 'forgotten password',
    prepare: async ({ world, browser }) => {
      const member = await world.enrol(aPerson())
      const visitor = browser()
      return {
        browser: visitor,
        page: await visitor.get(`${world.issuer}/mot-de-passe-oublie`),
        typed: { nir: member.nir, email: member.email },
        holding: 'nir',
        leadsTo: 'Mot de passe oublié : consultez votre messagerie',
        event: { name: 'recovery.requested' },
        mail: { to: member.email, fits: () => true },
      }
    },
  },
  {
    name: 'new password',
    prepare: async stage => {
      const { member, visitor, page } = await recoveryLink(stage)
      return {
        browser: visitor,
        page,
        typed: { password: 'Verger-Calme-2077', passwordConfirmation: 'Verger-Calme-2077' },
        holding: 'password',
        leadsTo: 'Votre mot de passe est changé',
        event: { name: 'password.changed', account: member.id },
        mail: { to: member.email, fits: subject => /chang/i.test(subject) },
      }
    },
  },
]
