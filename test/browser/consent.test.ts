import { describe, expect } from '@jest/globals'
import type { Actor } from './support/actor.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount } from './support/people.ts'
import { TITLES } from './support/titles.ts'
import type { World } from './support/world.ts'

const journey = journeysIn()

const signedInService = async (actor: Actor, { guichet }: World) => {
  const person = await anAccount(guichet)
  await actor.fromService('signIn')
  await actor.signIn(person)
  await actor.sees(...TITLES.consent)
  await actor.press('#allow')
  await actor.sees(...TITLES.space)
  return person
}

describe('what a service is given', () => {
  journey('is nothing when it is refused, and the service says so', async (actor, { guichet }) => {
    const person = await anAccount(guichet)
    await actor.fromService('signIn')
    await actor.signIn(person)
    await actor.sees(...TITLES.consent)
    expect(await actor.text()).not.toContain(person.nir)
    await actor.press('#deny')
    await actor.sees(...TITLES.declined)
  })

  journey('is asked for once', async (actor, world) => {
    const person = await signedInService(actor, world)
    await actor.page.goto(`${world.service.url}/connexion?prompt=login`)
    await actor.sees(...TITLES.signIn)
    await actor.signIn(person)
    await actor.sees(...TITLES.space)
  })

  journey('is nothing when one goes back from signing in', async actor => {
    await actor.fromService('signIn')
    await actor.sees(...TITLES.signIn)
    await actor.press('.way-back a')
    await actor.sees(...TITLES.declined)
  })

  journey('after five minutes without activity is asked of whoever is there: the same person', async (actor, world) => {
    const person = await signedInService(actor, world)
    await world.advance(301)
    await actor.page.goto(`${world.service.url}/connexion`)
    await actor.sees(...TITLES.continueAs)
    await actor.reads(person.birthName, person.birthName)
    await actor.press('#continue')
    await actor.sees(...TITLES.space)
  })

  journey('after five minutes may be somebody else’s: the account is changed', async (actor, world) => {
    const other = await anAccount(world.guichet, { birthName: 'Durand-Fictif' })
    const person = await signedInService(actor, world)
    await world.advance(301)
    await actor.page.goto(`${world.service.url}/connexion`)
    await actor.sees(...TITLES.continueAs)
    await actor.press('#switch')
    await actor.sees(...TITLES.signIn)
    await actor.signIn(other)
    await actor.sees(...TITLES.consent)
    expect(await actor.text()).not.toContain(person.email)
    await actor.press('#allow')
    await actor.sees(...TITLES.space)
    await actor.reads(other.email, other.email)
  })

  journey('is another’s after « Changer de compte » on the consent page', async (actor, world) => {
    const person = await anAccount(world.guichet)
    const other = await anAccount(world.guichet)
    await actor.fromService('signIn')
    await actor.signIn(person)
    await actor.sees(...TITLES.consent)
    await actor.press('button[value="switch"]')
    await actor.sees(...TITLES.signIn)
    await actor.signIn(other)
    await actor.sees(...TITLES.consent)
    await actor.reads(other.email, other.email)
  })

  journey('stays apart in two tabs', async (actor, world) => {
    const person = await anAccount(world.guichet)
    await actor.fromService('signIn')
    await actor.sees(...TITLES.signIn)
    const second = await world.anotherTab(actor)
    await second.fromService('signUp')
    await second.sees(...TITLES.signUp)
    await actor.signIn(person)
    await actor.sees(...TITLES.consent)
    await second.page.reload()
    await second.sees(...TITLES.signUp)
    await actor.press('#allow')
    await actor.sees(...TITLES.space)
    await actor.reads(person.email, person.email)
  })
})
