import { linkOf, type Person, signUp } from '../../support/people.ts'
import { makeVisitor } from '../../support/visitor.ts'
import { type Actor, somebodyNew } from '../support/actor.ts'
import { anAccount } from '../support/people.ts'
import type { World } from '../support/world.ts'
import { summary } from './sign-up.ts'
import type { State } from './state.ts'

/** Somebody who signed up in another browser, and the link that was mailed to them. */
export const signedUpElsewhere = async ({ guichet }: World, given: Partial<Person> = {}) => {
  const person = somebodyNew(given)
  await signUp(makeVisitor(guichet.issuer), guichet, person)
  return { person, link: linkOf(await guichet.mailTo(person.email)) }
}

/** The link of a recovery asked for in another browser. */
export const recoveryLink = async ({ guichet }: World, person: Person): Promise<string> => {
  const visitor = makeVisitor(guichet.issuer)
  const form = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
  await visitor.submit(form, { nir: person.nir, email: person.email })
  return linkOf(await guichet.mailTo(person.email, ({ subject }) => subject === 'Votre accès à Guichet'))
}

const openElsewhere = async (actor: Actor, world: World): Promise<Person> => {
  const { person, link } = await signedUpElsewhere(world)
  await actor.page.goto(link)
  return person
}

const toNewPassword = async (actor: Actor, world: World): Promise<string> => {
  const link = await recoveryLink(world, await anAccount(world.guichet))
  await actor.page.goto(link)
  return link
}

export const activationStates: readonly State[] = [
  {
    name: 'activation-same-browser',
    reach: async actor => {
      const person = somebodyNew()
      await actor.goTo('/inscription')
      await actor.fillSignUp(person)
      await actor.press('#create-account')
      await actor.sees('Consultez votre messagerie', 'Check your mailbox')
      await actor.openMail(person)
    },
  },
  { name: 'activation-other-browser', reach: async (actor, world) => void (await openElsewhere(actor, world)) },
  {
    name: 'activation-wrong-password',
    reach: async (actor, world) => {
      await openElsewhere(actor, world)
      await actor.fill({ password: 'Pas-Le-Bon-Mot-1' })
      await actor.press('#activate')
      await summary(actor)
    },
  },
  {
    name: 'activation-erased',
    reach: async (actor, world) => {
      await openElsewhere(actor, world)
      await actor.press('#disown')
      await actor.page.locator('#disown').waitFor({ state: 'detached' })
    },
  },
  {
    name: 'activated',
    reach: async (actor, world) => {
      const { password } = await openElsewhere(actor, world)
      await actor.fill({ password })
      await actor.press('#activate')
      await actor.sees('Félicitations, votre compte est créé', 'Your account is ready')
    },
  },
  {
    name: 'activated-in-service',
    reach: async actor => {
      const person = somebodyNew()
      await actor.fromService('signUp')
      await actor.fillSignUp(person)
      await actor.press('#create-account')
      await actor.sees('Consultez votre messagerie', 'Check your mailbox')
      await actor.openMail(person)
      await actor.press('#activate')
      await actor.sees('Félicitations, votre compte est créé', 'Your account is ready')
    },
  },
  {
    name: 'cannot-finish',
    reach: async (actor, world) => {
      const { nir, nirKey } = await anAccount(world.guichet)
      const { person, link } = await signedUpElsewhere(world, { nir, nirKey })
      await actor.page.goto(link)
      await actor.fill({ password: person.password })
      await actor.press('#activate')
      await actor.sees(
        'Nous ne pouvons pas terminer votre inscription en ligne',
        'We cannot finish your sign-up online',
      )
    },
  },
  {
    name: 'link-used',
    reach: async (actor, world) => {
      const { person, link } = await signedUpElsewhere(world)
      await actor.page.goto(link)
      await actor.fill({ password: person.password })
      await actor.press('#activate')
      await actor.sees('Félicitations, votre compte est créé', 'Your account is ready')
      await actor.page.goto(link)
      await actor.sees('Ce lien a déjà servi', 'This link has already been used')
    },
  },
  {
    name: 'link-expired',
    reach: async (actor, world) => {
      const { link } = await signedUpElsewhere(world)
      await world.advance(25 * 3600)
      await actor.page.goto(link)
      await actor.sees('Ce lien a expiré', 'This link has expired')
    },
  },
  {
    name: 'link-incomplete',
    reach: async actor => {
      await actor.goTo('/activation?jeton=coupe')
      await actor.sees('Ce lien est incomplet', 'This link is incomplete')
    },
  },
]

export const recoveryStates: readonly State[] = [
  { name: 'recovery', reach: actor => actor.goTo('/mot-de-passe-oublie') },
  {
    name: 'recovery-empty',
    reach: async actor => {
      await actor.goTo('/mot-de-passe-oublie')
      await actor.press('#send')
      await summary(actor)
    },
  },
  {
    name: 'recovery-sent',
    reach: async (actor, { guichet }) => {
      const { nir, email } = await anAccount(guichet)
      await actor.goTo('/mot-de-passe-oublie')
      await actor.fill({ nir, email })
      await actor.press('#send')
      await actor.page.locator('#send').waitFor({ state: 'detached' })
    },
  },
  { name: 'resend', reach: actor => actor.goTo('/inscription/renvoi') },
  {
    name: 'resend-sent',
    reach: async actor => {
      await actor.goTo('/inscription/renvoi')
      const { nir, email } = somebodyNew()
      await actor.fill({ nir, email })
      await actor.press('#send')
      await actor.page.locator('#send').waitFor({ state: 'detached' })
    },
  },
  { name: 'new-password', reach: async (actor, world) => void (await toNewPassword(actor, world)) },
  {
    name: 'new-password-weak',
    reach: async (actor, world) => {
      await toNewPassword(actor, world)
      await actor.fill({ password: 'court', passwordConfirmation: 'court' })
      await actor.press('#change-password')
      await summary(actor)
    },
  },
  {
    name: 'password-changed',
    reach: async (actor, world) => {
      await toNewPassword(actor, world)
      await actor.fill({ password: 'Coquelicot-Rouge-77', passwordConfirmation: 'Coquelicot-Rouge-77' })
      await actor.press('#change-password')
      await actor.sees('Votre mot de passe est changé', 'Your password has changed')
    },
  },
  {
    name: 'recovery-link-used',
    reach: async (actor, world) => {
      const link = await toNewPassword(actor, world)
      await actor.fill({ password: 'Coquelicot-Rouge-77', passwordConfirmation: 'Coquelicot-Rouge-77' })
      await actor.press('#change-password')
      await actor.sees('Votre mot de passe est changé', 'Your password has changed')
      await actor.page.goto(link)
      await actor.sees('Ce lien a déjà servi', 'This link has already been used')
    },
  },
]
