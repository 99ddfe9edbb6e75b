import { describe, expect } from '@jest/globals'
import { waitFor } from '../support/wait.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount } from './support/people.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn()

describe('leaving', () => {
  journey('from Guichet closes the service’s session too, and back shows nothing personal', async (actor, world) => {
    const person = await anAccount(world.guichet)
    await actor.fromService('signIn')
    await actor.signIn(person)
    await actor.sees(...TITLES.consent)
    await actor.press('#allow')
    await actor.sees(...TITLES.space)
    await actor.goTo('/')
    await actor.press('header a[href="/deconnexion"]')
    await actor.sees(...TITLES.signOut)
    await actor.press('#sign-out')
    await actor.sees(...TITLES.signedOut)

    for (let steps = 0; steps < 5; steps++) {
      await actor.page.goBack()
      const shown = await actor.text()
      if (actor.page.url().startsWith(world.guichet.issuer)) {
        expect(shown).not.toContain(person.birthName)
        expect(shown).not.toContain(person.email)
      }
    }
    await waitFor(async () => {
      await actor.page.goto(world.service.url)
      return (await actor.heading()) === actor.say(...TITLES.service) || undefined
    })
  })

  journey('is asked first: one may stay', async (actor, { guichet }) => {
    await actor.goTo('/connexion')
    await actor.signIn(await anAccount(guichet))
    await actor.sees(...TITLES.home)
    await actor.press('header a[href="/deconnexion"]')
    await actor.sees(...TITLES.signOut)
    await actor.press('#stay')
    await actor.sees(...TITLES.home)
    await actor.reads('Votre session est ouverte', 'You are signed in')
  })
})
