import { describe, expect } from '@jest/globals'
import { somebodyNew } from './support/actor.ts'
import { journeysIn } from './support/journeys.ts'
import { TITLES } from './support/titles.ts'

const journey = journeysIn()

describe('signing up', () => {
  journey('keeps every answer but passwords when the language changes', async actor => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fillSignUp(person)
    await actor.fill({ diploma: 'LEVEL_6' })
    const { cityOther: _onlyWithScripts, ...typed } = await actor.answers()
    await actor.press('button[value="language"]')
    await actor.speaks(actor.variant.language === 'fr' ? 'en' : 'fr')
    expect(await actor.answers()).toMatchObject({ ...typed, password: '', passwordConfirmation: '' })
    expect(await actor.page.locator('#summary').count()).toBe(0)
  })

  journey('says first what to mend, keeps what was typed, and goes on once it is mended', async actor => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fillSignUp({ ...person, nirKey: person.nirKey === '01' ? '02' : '01', birthName: '' })
    await actor.send('passwordConfirmation', '#create-account')
    await actor.page.locator('#summary').waitFor()
    expect(await actor.page.title()).toBe(
      actor.say('Erreur\u00a0: Je crée mon compte – Guichet', 'Error: Create my account – Guichet'),
    )
    await actor.reads(
      'Le numéro et la clé ne vont pas ensemble. Vérifiez les 15 caractères.',
      'The number and the key do not go together. Check all 15 characters.',
    )
    const kept = await actor.answers()
    expect(kept).toMatchObject({ nir: person.nir, email: person.email, city: 'Paris', password: '' })

    await actor.press('#summary a[href="#birthName"]')
    expect(await actor.control('birthName').evaluate(field => field === field.ownerDocument.activeElement)).toBe(true)
    const { birthName, nirKey, password } = person
    await actor.fill({ birthName, nirKey, password, passwordConfirmation: password })
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
  })

  journey('proposes the towns of a postcode, by itself or by a button', async actor => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fill({ postalCode: '14400' })
    if (!actor.variant.script) await actor.press('button[value="searchTowns"]')
    await actor.page.locator('select#city').waitFor()
    await actor.fillSignUp(person, { postalCode: '14400', city: 'Bayeux' })
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
  })

  journey(
    'leaves a town that is being typed alone when the list comes late',
    async actor => {
      let answer = () => {}
      const asked = new Promise<void>(resolve => {
        answer = resolve
      })
      await actor.page.route('**/inscription/villes?*', async route => {
        await asked
        await route.continue()
      })
      await actor.goTo('/inscription')
      await actor.control('postalCode').fill('14400')
      await actor.control('city').focus()
      await actor.page.keyboard.type('Bay')
      const answered = actor.page.waitForResponse('**/inscription/villes?*')
      answer()
      await answered
      await actor.page.keyboard.type('eux')
      expect(await actor.control('city').inputValue()).toBe('Bayeux')
      expect(await actor.control('city').evaluate(field => field === field.ownerDocument.activeElement)).toBe(true)
      await actor.page.keyboard.press('Tab')
      await actor.page.locator('select#city').waitFor()
      expect(await actor.control('city').inputValue()).toBe('Bayeux')
    },
    ({ script }) => script,
  )

  journey('takes an address abroad', async actor => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fill({ abroad: 'on' })
    if (!actor.variant.script) await actor.press('button[value="abroad"]')
    await actor.control('addressLine1').waitFor()
    const { birthName, nir, nirKey, email, password } = person
    await actor.fill({ birthName, nir, nirKey, mobile: '06 39 98 12 34', email, emailConfirmation: email })
    await actor.fill({ addressLine1: 'Rue de la Loi 16', addressLine2: '1000 Bruxelles', country: 'BE' })
    await actor.fill({ password, passwordConfirmation: password, acceptTerms: 'on' })
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
  })

  journey('is left by « Annuler », back to the service, which is told', async actor => {
    await actor.fromService('signUp')
    await actor.sees(...TITLES.signUp)
    await actor.press('#cancel')
    await actor.sees(...TITLES.declined)
  })

  journey('still succeeds with a form left open for more than a day', async (actor, { advance }) => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fillSignUp(person)
    await advance(25 * 3600)
    await actor.send('passwordConfirmation', '#create-account')
    await actor.reads('Cette page était ouverte depuis longtemps', 'This page was open for a long time')
    await actor.fill({ password: person.password, passwordConfirmation: person.password })
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
  })

  journey(
    'makes the account though the request expired meanwhile, and remembers the service',
    async (actor, { advance }) => {
      const person = somebodyNew()
      await actor.fromService('signUp')
      await actor.sees(...TITLES.signUp)
      await actor.fillSignUp(person)
      await advance(2 * 3600)
      await actor.send('passwordConfirmation', '#create-account')
      await actor.sees(...TITLES.mailbox)
      await actor.openMail(person)
      await actor.press('#activate')
      await actor.sees(...TITLES.activated)
      await actor.press('main .actions a')
      await actor.sees(...TITLES.signIn)
      await actor.signIn(person)
      await actor.sees(...TITLES.consent)
    },
  )

  journey('sends the mail again, and to a corrected address, voiding the former link', async (actor, { guichet }) => {
    const person = somebodyNew()
    const corrected = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fillSignUp(person)
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
    const first = await guichet.mailTo(person.email)
    await actor.press('#resend')
    await actor.reads('Un nouveau courriel part à cette adresse.', 'A new e-mail is on its way to this address.')
    const second = await guichet.mailTo(person.email)
    expect(second.text).not.toBe(first.text)

    await actor.press('details.correct summary')
    await actor.fill({ email: corrected.email, emailConfirmation: corrected.email })
    await actor.send('emailConfirmation', '#correct')
    await actor.reads("L'adresse est corrigée.", 'The address is corrected.')
    await actor.reads(corrected.email, corrected.email)
    await actor.openLinkOf(second)
    expect(await actor.page.locator('#activate').count()).toBe(0)
    await actor.openMail(corrected)
    // after a correction the browser alone proves nothing: computers are shared
    await actor.fill({ password: person.password })
    await actor.send('password', '#activate')
    await actor.sees(...TITLES.activated)
  })

  journey(
    'shows a password on request, and counts its rules while it is typed',
    async actor => {
      await actor.goTo('/inscription')
      await actor.fill({ password: 'Tournesol' })
      await actor.reads('3 règles sur 4 remplies', '3 of 4 rules met')
      const field = actor.control('password')
      await actor.press('.reveal[aria-controls="password"]')
      expect(await field.getAttribute('type')).toBe('text')
      expect(await field.inputValue()).toBe('Tournesol')
      await actor.press('.reveal[aria-controls="password"]')
      expect(await field.getAttribute('type')).toBe('password')
    },
    ({ script }) => script,
  )

  journey(
    'reloaded after a mistake keeps everything but the passwords',
    async actor => {
      const person = somebodyNew()
      await actor.goTo('/inscription')
      await actor.fillSignUp(person, { email: 'sans arobase' })
      await actor.send('passwordConfirmation', '#create-account')
      await actor.page.locator('#summary').waitFor()
      await actor.page.waitForLoadState('load')
      const before = await actor.answers()
      await actor.page.reload()
      await actor.page.locator('select#city').waitFor()
      expect(await actor.answers()).toEqual(before)
      expect(before).toMatchObject({ email: 'sans arobase', birthName: person.birthName, password: '' })
    },
    ({ script }) => script,
  )

  journey('activates once, though the button is pressed twice and the page gone back to', async actor => {
    const person = somebodyNew()
    await actor.goTo('/inscription')
    await actor.fillSignUp(person)
    await actor.send('passwordConfirmation', '#create-account')
    await actor.sees(...TITLES.mailbox)
    await actor.openMail(person)
    await actor.page.locator('#activate').dblclick()
    await actor.sees(...TITLES.activated)
    await actor.page.goBack()
    await actor.sees(...TITLES.linkUsed)
    await actor.press('main .actions a')
    await actor.signIn(person)
    await actor.sees(...TITLES.home)
  })
})
