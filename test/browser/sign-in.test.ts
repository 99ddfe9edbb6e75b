import { describe, expect } from '@jest/globals'
import { journeysIn } from './support/journeys.ts'
import { anAccount, changeAccount, olderTerms } from './support/people.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn()
const WRONG = 'Pas-Le-Bon-Mot-1'

describe('signing in', () => {
  journey('is refused in one sentence, then succeeds, keeping the number typed', async (actor, { guichet }) => {
    const person = await anAccount(guichet)
    await actor.goTo('/connexion')
    await actor.sees(...TITLES.signIn)
    expect(await actor.text()).not.toContain(actor.say('Pour continuer vers', 'To continue to'))
    await actor.signIn({ ...person, password: WRONG })
    await actor.reads(
      "Nous n'avons pas pu vous connecter avec ce numéro et ce mot de passe.",
      'We could not sign you in with this number and password.',
    )
    expect(await actor.answers()).toMatchObject({ nir: person.nir, password: '' })
    await actor.fill({ password: person.password })
    await actor.send('password', '#sign-in')
    await actor.sees(...TITLES.home)
    await actor.reads('Votre session est ouverte', 'You are signed in')
  })

  journey('says that a number cannot be one before looking anything up', async actor => {
    await actor.goTo('/connexion')
    await actor.fill({ nir: '12345', password: WRONG })
    await actor.send('password', '#sign-in')
    await actor.page.locator('#summary a[href="#nir"]').waitFor()
    expect(await actor.answers()).toMatchObject({ nir: '12345', password: '' })
  })

  journey(
    'is slowed down after five wrong passwords, says until when, and opens then',
    async (actor, { guichet, advance }) => {
      const person = await anAccount(guichet)
      await actor.goTo('/connexion')
      for (let tries = 1; tries <= 5; tries++) {
        await actor.signIn({ ...person, password: `${WRONG}${tries}` })
        await actor.reads("Nous n'avons pas pu vous connecter", 'We could not sign you in')
      }
      await actor.signIn(person)
      await actor.reads('Par sécurité, les essais sont ralentis.', 'For security, attempts are slowed down.')
      expect(await actor.text()).toMatch(
        actor.variant.language === 'fr'
          ? /dans (\d+ secondes?|1 minute), à \d+ h \d\d/
          : /in (\d+ seconds?|1 minute), at \d+:\d\d/,
      )
      await advance(61)
      await actor.signIn(person)
      await actor.sees(...TITLES.home)
    },
  )

  journey('to a suspended account gives the contact', async (actor, { guichet }) => {
    const person = await anAccount(guichet)
    await changeAccount(guichet, person, { status: 'suspended' })
    await actor.goTo('/connexion')
    await actor.signIn(person)
    await actor.reads('Ce compte est suspendu. Contactez-nous :', 'This account is suspended. Contact us:')
    await actor.reads('aide@guichet.example', 'aide@guichet.example')
  })

  journey('asks for the terms of a new version, once', async (actor, { guichet, service }) => {
    const person = await anAccount(guichet)
    await changeAccount(guichet, person, olderTerms())
    await actor.fromService('signIn')
    await actor.signIn(person)
    await actor.sees(...TITLES.newTerms)
    await actor.press('#accept')
    await actor.page.locator('#summary').waitFor()
    await actor.fill({ acceptTerms: 'on' })
    await actor.send('acceptTerms', '#accept')
    await actor.sees(...TITLES.consent)
    await actor.press('#allow')
    await actor.sees(...TITLES.space)
    await actor.page.goto(`${service.url}/connexion?prompt=login`)
    await actor.signIn(person)
    await actor.sees(...TITLES.space)
  })

  journey('who does not accept new terms goes back to the service, which is told', async (actor, { guichet }) => {
    const person = await anAccount(guichet)
    await changeAccount(guichet, person, olderTerms())
    await actor.fromService('signIn')
    await actor.signIn(person)
    await actor.sees(...TITLES.newTerms)
    await actor.press('#cancel')
    await actor.sees(...TITLES.declined)
  })

  journey('keeps the number when the language changes', async (actor, { guichet }) => {
    const person = await anAccount(guichet)
    await actor.fromService('signIn')
    await actor.fill({ nir: person.nir, password: person.password })
    await actor.press('button[value="language"]')
    await actor.speaks(actor.variant.language === 'fr' ? 'en' : 'fr')
    expect(await actor.answers()).toMatchObject({ nir: person.nir, password: '' })
    await actor.fill({ password: person.password })
    await actor.send('password', '#sign-in')
    await actor.page.locator('#allow').waitFor()
  })

  journey(
    'reloaded or gone back to after a refusal sends nothing again, and keeps the number',
    async (actor, { guichet, service }) => {
      const person = await anAccount(guichet)
      await actor.fromService('signIn')
      await actor.signIn({ ...person, password: 'Pamplemousse-58' })
      await actor.page.locator('.notice').waitFor()
      await actor.page.waitForLoadState('load')
      const methods: string[] = []
      actor.page.on('request', request => void (request.isNavigationRequest() && methods.push(request.method())))
      await actor.page.reload()
      expect(await actor.answers()).toMatchObject({ nir: person.nir, password: '' })
      await actor.page.goto(service.url)
      await actor.page.goBack()
      await actor.sees(...TITLES.signIn)
      expect(await actor.answers()).toMatchObject({ password: '' })
      expect(methods).not.toContain('POST')
    },
    ({ script }) => script,
  )

  journey('leads to signing up, within the same request', async actor => {
    await actor.fromService('signIn')
    await actor.sees(...TITLES.signIn)
    await actor.press('main a[href^="/inscription/"]')
    await actor.sees(...TITLES.signUp)
    await actor.reads('Pour continuer vers Mes démarches', 'To continue to Mes démarches')
  })
})
