import { describe, expect } from '@jest/globals'
import { somebodyNew } from './support/actor.ts'
import { itInBrowser } from './support/chromium.ts'
import { all, told } from './support/variants.ts'
import { worldOfFile } from './support/world-of-file.ts'

const world = worldOfFile()

describe("from a service's button to a signed-in service", () => {
  itInBrowser.each(all.map(variant => [told(variant), variant] as const))(
    'signs up, activates, consents, signs out: %s',
    async (_, variant) => {
      const person = somebodyNew()
      const actor = await world().somebody(variant)
      const { page } = actor

      await actor.fromService('signUp')
      await actor.sees('Je crée mon compte', 'Create my account')
      await actor.reads('Pour continuer vers Mes démarches', 'To continue to Mes démarches')
      await actor.fillSignUp(person)
      await actor.send('passwordConfirmation', '#create-account')
      await actor.sees('Consultez votre messagerie', 'Check your mailbox')
      await actor.reads(person.email, person.email)

      await actor.openMail(person)
      await actor.sees('Activez votre compte', 'Activate your account')
      expect(new URL(page.url()).search).toBe('')
      await actor.press('#activate')
      await actor.sees('Félicitations, votre compte est créé', 'Your account is ready')

      await actor.press('main .actions a')
      await actor.sees(
        'Mes démarches demande à accéder à vos informations',
        'Mes démarches asks for access to your information',
      )
      expect(await actor.text()).toContain(person.birthName)
      await actor.press('#allow')
      await actor.sees('Votre session est ouverte', 'Your session is open')
      expect(page.url()).toBe(`${world().service.url}/mon-espace`)
      expect(await actor.text()).toContain(person.email)
      expect(await page.content()).not.toContain(person.nir)

      await actor.press('form[action="/deconnexion"] button')
      await actor.sees('Voulez-vous vous déconnecter ?', 'Do you want to sign out?')
      await actor.press('#sign-out')
      await actor.sees('Votre session est fermée', 'You are signed out')
      expect(page.url()).toContain(`${world().service.url}/deconnecte`)
      await actor.goTo('/')
      await actor.sees('Votre compte pour les services publics', 'Your account for public services')
      expect(await actor.text()).not.toContain(actor.say('Votre session est ouverte', 'You are signed in'))
      await actor.close()
    },
  )
})
