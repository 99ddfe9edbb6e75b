import { describe, expect } from '@jest/globals'
import { signedUpElsewhere } from './states/links.ts'
import { somebodyNew } from './support/actor.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount } from './support/people.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn()
const NEW = 'Coquelicot-Rouge-77'
const ACCESS = /^Votre accès à|^Your access to/

describe('a forgotten password', () => {
  journey('is chosen anew by a mailed link, then on to the service', async (actor, { guichet }) => {
    const person = await anAccount(guichet)
    await actor.fromService('signIn')
    await actor.press('main a[href^="/mot-de-passe-oublie"]')
    await actor.sees(...TITLES.recovery)
    await actor.fill({ nir: person.nir, email: person.email })
    await actor.send('email', '#send')
    await actor.sees(...TITLES.recoverySent)

    await actor.openMail(person, ACCESS)
    await actor.sees(...TITLES.newPassword)
    await actor.fill({ password: NEW, passwordConfirmation: `${NEW}8` })
    await actor.send('passwordConfirmation', '#change-password')
    await actor.reads('Les deux mots de passe sont différents.', 'The two passwords differ.')
    await actor.fill({ password: NEW, passwordConfirmation: NEW })
    await actor.send('passwordConfirmation', '#change-password')
    await actor.sees(...TITLES.passwordChanged)
    await actor.press('main .actions a')
    await actor.sees(...TITLES.signIn)
    await actor.signIn(person)
    await actor.reads("Nous n'avons pas pu vous connecter", 'We could not sign you in')
    await actor.signIn({ ...person, password: NEW })
    await actor.sees(...TITLES.consent)
  })

  journey('of nobody is answered with the very same page, and no mail', async (actor, { guichet }) => {
    const nobody = somebodyNew()
    await actor.goTo('/mot-de-passe-oublie')
    await actor.fill({ nir: nobody.nir, email: nobody.email })
    await actor.send('email', '#send')
    await actor.sees(...TITLES.recoverySent)
    expect(guichet.mails.filter(({ to }) => to === nobody.email)).toEqual([])
  })

  journey('keeps what was typed when the language changes', async actor => {
    await actor.goTo('/mot-de-passe-oublie')
    await actor.fill({ nir: '2 69 05 49 588 157', email: 'camille@exemple.fr' })
    await actor.press('button[value="language"]')
    await actor.speaks(actor.variant.language === 'fr' ? 'en' : 'fr')
    expect(await actor.answers()).toMatchObject({ nir: '2 69 05 49 588 157', email: 'camille@exemple.fr' })
  })

  journey('a refused sign-in leads to the activation mail again, which works', async (actor, world) => {
    const { person } = await signedUpElsewhere(world)
    await actor.goTo('/connexion')
    await actor.signIn(person)
    await actor.press('main .notice a[href$="/renvoi"]')
    await actor.sees(...TITLES.resend)
    await actor.fill({ nir: person.nir, email: person.email })
    await actor.send('email', '#send')
    await actor.page.locator('#send').waitFor({ state: 'detached' })
    await actor.openMail(person, /^Activez|^Activate/)
    await actor.fill({ password: person.password })
    await actor.send('password', '#activate')
    await actor.sees(...TITLES.activated)
  })
})
