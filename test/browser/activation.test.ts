import { describe, expect } from '@jest/globals'
import { linkOf } from '../support/people.ts'
import { signedUpElsewhere } from './states/links.ts'
import { somebodyNew } from './support/actor.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount } from './support/people.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn()

describe('activating', () => {
  journey('in another browser asks for the password, then leads to the service to sign in', async (actor, world) => {
    const person = somebodyNew()
    const first = await world.somebody({ language: actor.variant.language })
    await first.fromService('signUp')
    await first.fillSignUp(person)
    await first.press('#create-account')
    await first.sees(...TITLES.mailbox)

    await actor.openMail(person)
    await actor.sees(...TITLES.activation)
    expect(await actor.text()).not.toContain(person.birthName)
    await actor.send('password', '#activate')
    await actor.reads('Saisissez votre mot de passe.', 'Enter your password.')
    await actor.fill({ password: 'Pas-Le-Bon-Mot-1' })
    await actor.send('password', '#activate')
    await actor.reads(
      "Ce n'est pas le mot de passe choisi à l'inscription.",
      'This is not the password chosen at sign-up.',
    )
    await actor.fill({ password: person.password })
    await actor.send('password', '#activate')
    await actor.sees(...TITLES.activated)
    await actor.press('main .actions a')
    await actor.sees(...TITLES.signIn)
    await actor.reads('Pour continuer vers Mes démarches', 'To continue to Mes démarches')
    await actor.signIn(person)
    await actor.sees(...TITLES.consent)

    await first.page.reload()
    await first.sees(...TITLES.signIn)
    await first.signIn(person)
    await first.sees(...TITLES.consent)
    await first.close()
  })

  journey('« Je n’ai rien demandé » erases the request, and the link is dead', async (actor, world) => {
    const { person, link } = await signedUpElsewhere(world)
    await actor.page.goto(link)
    await actor.sees(...TITLES.activation)
    await actor.press('#disown')
    await actor.sees(...TITLES.erased)
    await actor.page.goto(link)
    await actor.sees(...TITLES.linkIncomplete)
    await actor.goTo('/connexion')
    await actor.signIn(person)
    await actor.reads("Nous n'avons pas pu vous connecter", 'We could not sign you in')
  })

  journey('with an expired link gets a new one, which works', async (actor, world) => {
    const { person, link } = await signedUpElsewhere(world)
    await world.advance(25 * 3600)
    await actor.page.goto(link)
    await actor.sees(...TITLES.linkExpired)
    await actor.press('#new-link')
    await actor.page.locator('#new-link').waitFor({ state: 'detached' })
    await actor.openMail(person)
    await actor.fill({ password: person.password })
    await actor.send('password', '#activate')
    await actor.sees(...TITLES.activated)
  })

  journey('does nothing before the button: a mail filter that opens the link changes nothing', async (actor, world) => {
    const { person, link } = await signedUpElsewhere(world)
    const filter = await world.somebody()
    await filter.page.goto(link)
    await filter.sees('Activez votre compte', 'Activate your account')
    await filter.close()
    await actor.page.goto(link)
    await actor.fill({ password: person.password })
    await actor.send('password', '#activate')
    await actor.sees(...TITLES.activated)
  })

  journey('stops after five wrong passwords, with a way to a new link', async (actor, world) => {
    const { person, link } = await signedUpElsewhere(world)
    await actor.page.goto(link)
    for (let tries = 0; tries < 4; tries++) {
      await actor.fill({ password: `Pas-Le-Bon-Mot-${tries}` })
      await actor.send('password', '#activate')
      await actor.page.locator('#summary').waitFor()
    }
    await actor.fill({ password: 'Pas-Le-Bon-Mot-5' })
    await actor.send('password', '#activate')
    await actor.sees('Ce lien est fermé par sécurité', 'This link is closed for security')
    expect(await actor.text()).not.toContain(person.email)
  })

  journey('a number that somebody holds is not given, and the holder is told', async (actor, world) => {
    const holder = await anAccount(world.guichet)
    const person = somebodyNew({ nir: holder.nir, nirKey: holder.nirKey })
    await actor.goTo('/inscription')
    await actor.fillSignUp(person)
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
    await actor.openMail(person)
    await actor.press('#activate')
    await actor.sees(...TITLES.cannotFinish)
    const told = await world.guichet.mailTo(holder.email, ({ subject }) => /votre compte n'a pas changé/.test(subject))
    expect(told.text).not.toContain(person.email)
    expect(linkOf(told)).toBe(`${world.guichet.issuer}/connexion`)
    await actor.press('main .actions a')
    await actor.sees(...TITLES.signIn)
  })
})
