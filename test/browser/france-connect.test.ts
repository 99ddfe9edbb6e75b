import { describe, expect } from '@jest/globals'
import type { TestPerson } from '../../src/demo/france-connect/people.ts'
import { type Actor, answersOf, somebodyNew } from './support/actor.ts'
import { manyPeople } from './support/france-connect.ts'
import { journeysIn } from './support/journeys.ts'
import { anAccount, decideCase } from './support/people.ts'
import { TITLES } from './support/titles.ts'
import type { World } from './support/world.ts'

const journey = journeysIn({}, { franceConnect: true })

/** Each journey, in each of its rows, has somebody that no other had: the store is one for the file. */
let taken = 0
const nobodyYet = (): TestPerson => {
  const person = manyPeople[taken++]
  if (!person) throw new Error('there are no more test people')
  return person
}

const byFranceConnect = async (actor: Actor, person: TestPerson): Promise<void> => {
  await actor.press('.france-connect-button')
  await actor.sees(...TITLES.testPeople)
  // a page of another's, with more people than one would walk through by keyboard
  await actor.page.click(`button[name="person"][value="${person.id}"]`)
}

const answer = async (actor: Actor, value: 'yes' | 'no' | 'unknown'): Promise<void> => {
  await actor.sees(...TITLES.haveAccount)
  await actor.fill({ answer: value })
  await actor.press('#continue')
}

/** What FranceConnect does not send. */
const complete = async (actor: Actor, { nir }: Pick<TestPerson, 'nir'>): Promise<void> => {
  await actor.sees(...TITLES.complete)
  const { birthName, password, passwordConfirmation, acceptTerms, ...fields } = answersOf(somebodyNew())
  await actor.fill({ ...fields, nir: nir.number, nirKey: nir.key, acceptTerms: 'on' })
  await actor.press('#create-account')
}

const throughConsent = async (actor: Actor): Promise<void> => {
  await actor.sees(...TITLES.consent)
  await actor.press('#allow')
  await actor.sees(...TITLES.space)
}

const signedOut = async (actor: Actor, { guichet }: World): Promise<void> => {
  await actor.goTo('/deconnexion')
  await actor.sees(...TITLES.signOut)
  await actor.press('#sign-out')
  await actor.sees(...TITLES.signedOut)
  await actor.page.waitForURL(`${guichet.issuer}/session/end/success**`)
}

describe('FranceConnect', () => {
  journey('opens an account with what it sent, and the session is ended at both', async (actor, world) => {
    const person = nobodyYet()
    await actor.fromService('signIn')
    await actor.sees(...TITLES.signIn)
    await byFranceConnect(actor, person)
    await actor.reads(person.claims.family_name, person.claims.family_name)
    await answer(actor, 'no')
    await complete(actor, person)
    await throughConsent(actor)

    await signedOut(actor, world)

    // the upstream's session is over too: it asks again who one is, and Guichet asks nothing
    await actor.page.goto(`${world.service.url}/connexion`)
    await actor.sees(...TITLES.signIn)
    await byFranceConnect(actor, person)
    await actor.sees(...TITLES.space)
  })

  journey('is linked to an account by its number and password, once, and unlinked', async (actor, { guichet }) => {
    const person = nobodyYet()
    const account = await anAccount(guichet, {
      nir: person.nir.number,
      nirKey: person.nir.key,
      birthName: person.claims.family_name,
    })
    await actor.fromService('signIn')
    await byFranceConnect(actor, person)
    await answer(actor, 'yes')
    await actor.sees(...TITLES.linkAccount)
    await actor.fill({ nir: account.nir, password: account.password })
    await actor.press('#link')
    await throughConsent(actor)

    await actor.goTo('/compte/connexions')
    await actor.sees(...TITLES.connections)
    await actor.press('a[href$="/franceconnect/delier"]')
    await actor.sees(...TITLES.unlink)
    await actor.press('#unlink')
    await actor.sees(...TITLES.connections)
    await actor.reads('Ce lien est retiré.', 'This link is removed.')
  })

  journey(
    'and a number that say different births link nothing: a slip is looked for first, then a human',
    async actor => {
      const person = nobodyYet()
      const other = somebodyNew()
      await actor.fromService('signIn')
      await byFranceConnect(actor, person)
      await answer(actor, 'unknown')
      await actor.sees(...TITLES.number)
      await actor.fill({ nir: other.nir, nirKey: other.nirKey })
      await actor.press('#find')
      await actor.reads('sans faute de frappe', 'without a slip')
      await actor.press('#find')
      await actor.reads('contactez-nous', 'contact us')
      expect(await actor.answers()).toMatchObject({ nir: other.nir, nirKey: other.nirKey })
    },
  )

  journey(
    'comes to a number that an account holds: an agent is asked, and the decision shown',
    async (actor, world) => {
      const person = nobodyYet()
      const holder = await anAccount(world.guichet, { nir: person.nir.number, nirKey: person.nir.key })
      await actor.fromService('signIn')
      await byFranceConnect(actor, person)
      await answer(actor, 'no')
      await complete(actor, person)
      await actor.sees(...TITLES.linkAccount)
      await actor.press('#claim')
      await actor.sees(...TITLES.case)
      const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await actor.page.innerText('main'))?.[0] ?? ''
      await actor.press('#continue')
      await throughConsent(actor)

      await decideCase(world.guichet, reference)
      await signedOut(actor, world)
      await actor.page.goto(`${world.service.url}/connexion`)
      await actor.sees(...TITLES.signIn)
      await actor.fill({ nir: holder.nir, password: holder.password })
      await actor.press('#sign-in')
      await actor.sees(...TITLES.caseOfHolder)
      await actor.reads('Une décision est prise', 'A decision has been taken')
      await actor.press('[name="says"][value="wasNotMe"]')
      await actor.reads('Votre réponse est transmise', 'Your answer is sent')
      await actor.press('#continue')
      await throughConsent(actor)
    },
  )

  journey('that one gives up leaves every other way open', async actor => {
    await actor.fromService('signIn')
    await actor.press('.france-connect-button')
    await actor.sees(...TITLES.testPeople)
    await actor.page.click('button[name="error"][value="access_denied"]')
    await actor.sees(...TITLES.notSent)
    await actor.press('a[href$="?autrement"]')
    await actor.sees(...TITLES.signIn)
    await actor.press('.way-back a')
    await actor.sees(...TITLES.declined)
  })
})
