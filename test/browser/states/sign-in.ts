import type { Actor } from '../support/actor.ts'
import { anAccount, changeAccount, olderTerms } from '../support/people.ts'
import type { World } from '../support/world.ts'
import { summary } from './sign-up.ts'
import type { State } from './state.ts'

const WRONG = 'Pas-Le-Bon-Mot-1'

const toConsent = async (actor: Actor, { guichet }: World) => {
  const person = await anAccount(guichet)
  await actor.fromService('signIn')
  await actor.signIn(person)
  await actor.page.locator('#allow').waitFor()
  return person
}

export const signInStates: readonly State[] = [
  { name: 'sign-in', reach: actor => actor.goTo('/connexion') },
  { name: 'sign-in-in-service', reach: actor => actor.fromService('signIn') },
  {
    name: 'sign-in-empty',
    reach: async actor => {
      await actor.goTo('/connexion')
      await actor.press('#sign-in')
      await summary(actor)
    },
  },
  {
    name: 'sign-in-refused',
    reach: async (actor, { guichet }) => {
      await actor.goTo('/connexion')
      await actor.signIn({ ...(await anAccount(guichet)), password: WRONG })
      await actor.page.locator('.notice-error').waitFor()
    },
  },
  {
    name: 'recovery-too-old',
    reach: async (actor, { advance }) => {
      await actor.goTo('/mot-de-passe-oublie')
      await advance(25 * 3600)
      await actor.fill({ nir: '2', email: 'camille@exemple.fr' })
      await actor.press('#send')
      await actor.reads('Cette page était ouverte depuis longtemps', 'This page was open for a long time')
    },
  },
  {
    name: 'sign-in-throttled',
    reach: async (actor, { guichet }) => {
      const person = { ...(await anAccount(guichet)), password: WRONG }
      await actor.goTo('/connexion')
      for (let tries = 0; tries < 5; tries++) {
        await actor.signIn(person)
        await actor.page.locator('.notice').waitFor()
      }
      await actor.signIn(person)
      await actor.reads('Par sécurité, les essais sont ralentis', 'For security, attempts are slowed down')
    },
  },
  {
    name: 'sign-in-suspended',
    reach: async (actor, { guichet }) => {
      const person = await anAccount(guichet)
      await changeAccount(guichet, person, { status: 'suspended' })
      await actor.goTo('/connexion')
      await actor.signIn(person)
      await actor.reads('Ce compte est suspendu', 'This account is suspended')
    },
  },
  {
    name: 'new-terms',
    reach: async (actor, { guichet }) => {
      const person = await anAccount(guichet)
      await changeAccount(guichet, person, olderTerms())
      await actor.fromService('signIn')
      await actor.signIn(person)
      await actor.page.locator('#accept').waitFor()
    },
  },
  {
    name: 'new-terms-not-accepted',
    reach: async (actor, { guichet }) => {
      const person = await anAccount(guichet)
      await changeAccount(guichet, person, olderTerms())
      await actor.fromService('signIn')
      await actor.signIn(person)
      await actor.press('#accept')
      await summary(actor)
    },
  },
  { name: 'consent', reach: async (actor, world) => void (await toConsent(actor, world)) },
  {
    name: 'continue-as',
    reach: async (actor, world) => {
      await toConsent(actor, world)
      await actor.press('#allow')
      await actor.sees('Votre session est ouverte', 'Your session is open')
      await world.advance(301)
      await actor.page.goto(`${world.service.url}/connexion`)
      await actor.page.locator('#continue').waitFor()
    },
  },
  {
    name: 'sign-out',
    reach: async (actor, { guichet }) => {
      await actor.goTo('/connexion')
      await actor.signIn(await anAccount(guichet))
      await actor.sees('Votre compte pour les services publics', 'Your account for public services')
      await actor.goTo('/deconnexion')
      await actor.page.locator('#sign-out').waitFor()
    },
  },
  {
    name: 'signed-out',
    reach: async (actor, { guichet }) => {
      await actor.goTo('/connexion')
      await actor.signIn(await anAccount(guichet))
      await actor.sees('Votre compte pour les services publics', 'Your account for public services')
      await actor.goTo('/deconnexion')
      await actor.press('#sign-out')
      await actor.sees('Votre session est fermée', 'You are signed out')
    },
  },
]
