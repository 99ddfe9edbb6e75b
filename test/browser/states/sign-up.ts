import { type Actor, somebodyNew } from '../support/actor.ts'
import type { State } from './state.ts'

const signUp = async (actor: Actor, answers: Readonly<Record<string, string>> = {}): Promise<void> => {
  await actor.goTo('/inscription')
  await actor.fillSignUp(somebodyNew())
  await actor.fill(answers)
  await actor.press('#create-account')
}

export const summary = (actor: Actor) => actor.page.locator('#summary').waitFor()

export const toMailbox = async (actor: Actor): Promise<void> => {
  await signUp(actor)
  await actor.sees('Consultez votre messagerie', 'Check your mailbox')
}

export const signUpStates: readonly State[] = [
  { name: 'sign-up', reach: actor => actor.goTo('/inscription') },
  {
    name: 'sign-up-without-scripts',
    arrival: { scriptsBlocked: true },
    reach: actor => actor.goTo('/inscription'),
  },
  {
    name: 'sign-up-towns-without-scripts',
    arrival: { scriptsBlocked: true },
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.control('postalCode').fill('14400')
      await actor.press('button[value="searchTowns"]')
      await actor.page.locator('select#city').waitFor()
    },
  },
  { name: 'sign-up-in-service', reach: actor => actor.fromService('signUp') },
  {
    name: 'sign-up-all-empty',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.press('#create-account')
      await summary(actor)
    },
  },
  {
    name: 'sign-up-every-fault',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.fill({
        birthName: '123',
        nir: '269054958815',
        nirKey: '1',
        landline: '12',
        mobile: '34',
        email: 'quelqu’un',
        emailConfirmation: 'camille@exemple.fr',
        houseNumber: 'douze',
        addressComplement: 'un complément beaucoup trop long pour une ligne d’adresse postale',
        postalCode: '123',
        password: 'court',
      })
      await actor.press('#create-account')
      await summary(actor)
    },
  },
  {
    name: 'sign-up-one-fault',
    reach: async actor => {
      await signUp(actor, { passwordConfirmation: 'Autre-Chose-99' })
      await summary(actor)
    },
  },
  {
    name: 'sign-up-towns',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.fill({ postalCode: '14400' })
      await actor.page.locator('select#city').selectOption('autre')
    },
  },
  {
    name: 'sign-up-abroad',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.fill({ abroad: 'on' })
    },
  },
  {
    name: 'sign-up-abroad-fault',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.fill({ abroad: 'on' })
      await actor.press('#create-account')
      await summary(actor)
    },
  },
  {
    name: 'sign-up-moved-and-suggested',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.fill({
        landline: '06 39 98 12 34',
        email: 'camille@gmail.con',
        emailConfirmation: 'camille@gmail.con',
      })
      await actor.press('#create-account')
      await summary(actor)
    },
  },
  {
    name: 'sign-up-too-old',
    reach: async (actor, { advance }) => {
      await actor.goTo('/inscription')
      await actor.fillSignUp(somebodyNew())
      await advance(25 * 3600)
      await actor.press('#create-account')
      await actor.reads('Cette page était ouverte depuis longtemps', 'This page was open for a long time')
    },
  },
  { name: 'check-mailbox', reach: toMailbox },
  {
    name: 'check-mailbox-again',
    reach: async actor => {
      await toMailbox(actor)
      await actor.press('#resend')
      await actor.page.locator('.notice-done').waitFor()
    },
  },
  {
    name: 'check-mailbox-correcting',
    reach: async actor => {
      await toMailbox(actor)
      await actor.press('details.correct summary')
      await actor.fill({ email: 'pas une adresse' })
      await actor.press('#correct')
      await summary(actor)
    },
  },
]

export const correctedMailbox: State = {
  name: 'check-mailbox-corrected',
  reach: async actor => {
    const { email } = somebodyNew()
    await toMailbox(actor)
    await actor.press('details.correct summary')
    await actor.fill({ email, emailConfirmation: email })
    await actor.press('#correct')
    await actor.reads(email, email)
  },
}

export const challengeStates: readonly State[] = [
  { name: 'challenge-picture', reach: actor => actor.goTo('/inscription') },
  {
    name: 'challenge-audio',
    reach: async actor => {
      await actor.goTo('/inscription')
      await actor.press('button[value="audio"]')
      await actor.page.locator('audio').waitFor()
    },
  },
  {
    name: 'challenge-picture-fault',
    reach: async actor => {
      await actor.goTo('/mot-de-passe-oublie')
      await actor.press('#send')
      await summary(actor)
    },
  },
  {
    name: 'challenge-audio-fault',
    reach: async actor => {
      await actor.goTo('/mot-de-passe-oublie')
      await actor.press('button[value="audio"]')
      await actor.page.locator('audio').waitFor()
      await actor.fill({ challenge: '000000' })
      await actor.press('#send')
      await summary(actor)
    },
  },
  {
    name: 'challenge-passed',
    reach: async (actor, world) => {
      await actor.goTo('/mot-de-passe-oublie')
      await actor.fill({ challenge: await world.answerTo(actor.page) })
      await actor.press('#send')
      await actor.page.locator('.challenge-passed').waitFor()
    },
  },
  {
    name: 'challenge-at-sign-in',
    reach: async actor => {
      await actor.goTo('/connexion')
      const stranger = somebodyNew()
      for (let tries = 0; tries < 3 && (await actor.page.locator('.challenge').count()) === 0; tries++) {
        await actor.signIn(stranger)
        await actor.page.locator('.notice, #summary').waitFor()
      }
      await actor.page.locator('.challenge').waitFor()
    },
  },
]
