import { describe, expect } from '@jest/globals'
import { aRequest } from './states/information.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount } from './support/people.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn()
const REFERENCE = { fr: /Code [A-Z_]+, référence [\w-]+/, en: /Code [A-Z_]+, reference [\w-]+/ }

describe('what goes wrong', () => {
  journey('a request that expired leads back to the service', async (actor, world) => {
    await actor.fromService('signIn')
    await actor.sees(...TITLES.signIn)
    await world.advance(3700)
    await actor.signIn(await anAccount(world.guichet))
    await actor.sees(...TITLES.requestExpired)
    expect(await actor.text()).toMatch(REFERENCE[actor.variant.language])
    await actor.press('main .actions a')
    await actor.sees(...TITLES.signIn)
    await actor.reads('Pour continuer vers Mes démarches', 'To continue to Mes démarches')
  })

  journey(
    'an unknown service is told as such, with a code that the log carries',
    async (actor, { guichet, service }) => {
      await actor.goTo(aRequest('personne', `${service.url}/retour`))
      await actor.sees(...TITLES.serviceUnknown)
      const reference = REFERENCE[actor.variant.language].exec(await actor.text())?.[0] ?? ''
      const id = reference.split(' ').at(-1) ?? ''
      expect(id).not.toBe('')
      expect(await guichet.logged()).toContain(id)
    },
  )

  journey('an address that the service has not registered stops here, its own site offered', async (actor, world) => {
    await actor.goTo(aRequest(world.clientId, 'https://ailleurs.example/retour'))
    await actor.sees(...TITLES.redirectUri)
    await actor.press('main .actions a')
    await actor.sees(...TITLES.service)
  })

  journey('a page that is not there says so and leads home', async actor => {
    await actor.goTo('/ailleurs')
    await actor.sees(...TITLES.notFound)
    await actor.press('main .actions a')
    await actor.sees(...TITLES.home)
  })

  journey('the back button after signing in leads on, not astray', async (actor, { guichet, service }) => {
    const person = await anAccount(guichet)
    await actor.fromService('signIn')
    await actor.signIn(person)
    await actor.sees(...TITLES.consent)
    await actor.press('#allow')
    await actor.sees(...TITLES.space)
    await actor.page.goBack()
    await actor.page.goBack().catch(() => undefined)
    await actor.page.goto(service.url)
    await actor.sees(...TITLES.space)
  })

  journey('without cookies it is said why nothing works, and for which site', async ({ variant }, world) => {
    const actor = await world.somebody({ ...variant, cookies: 'off' })
    await actor.goTo('/mot-de-passe-oublie')
    await actor.fill({ nir: '2', email: 'x' })
    await actor.send('email', '#send')
    await actor.sees(...TITLES.cookiesOff)
    await actor.reads(new URL(world.guichet.issuer).host, new URL(world.guichet.issuer).host)
    await actor.goTo(aRequest(world.clientId, `${world.service.url}/retour`))
    await actor.sees(...TITLES.cookiesOff)
    await actor.close()
  })
})
