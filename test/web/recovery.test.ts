import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, type Person, signUp } from '../support/people.ts'
import { makeVisitor, type Visitor } from '../support/visitor.ts'
import { aService, signIn, type TestService } from './support/services.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

const browser = (): Visitor => makeVisitor(guichet.issuer)
const NEW = 'Coquelicot-Rouge-77'
const both = { password: NEW, passwordConfirmation: NEW }

const anAccount = async (): Promise<Person> => {
  const person = aPerson()
  await becomeAccount(browser(), guichet, person)
  return person
}

const ask = async (visitor: Visitor, { nir, email }: Person, path = '/mot-de-passe-oublie') =>
  visitor.submit(await visitor.get(guichet.issuer + path), { nir, email }, 'nir')

const mailed = ({ email }: Person) => guichet.mailTo(email, mail => mail.subject === 'Votre accès à Guichet')

describe('a forgotten password', () => {
  it('is asked for by number and address, each told when it cannot be one', async () => {
    const visitor = browser()
    const form = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
    const page = await visitor.submit(form, { nir: '12', email: 'camille' }, 'nir')
    expect(page.status).toBe(422)
    expect(page.faults).toEqual([
      'Erreur : Le numéro compte 13 caractères. Vous en avez saisi 2.',
      "Erreur : Le courriel s'écrit avec un @ et un nom de domaine, par exemple camille@exemple.fr.",
    ])
    expect(page.body).toContain('value="camille"')
  })

  it('is answered at an address of its own, which can be read again and in English', async () => {
    const visitor = browser()
    const sent = await ask(visitor, aPerson())
    expect(sent.url).toBe(`${guichet.issuer}/mot-de-passe-oublie/envoye`)
    const english = await visitor.get(`${sent.url}?lang=en`)
    expect(english.heading).toBe('Forgotten password: check your mailbox')
  })

  it('says what the new password lacks, then takes it, tells the person and signs nobody in', async () => {
    const person = await anAccount()
    const visitor = browser()
    await ask(visitor, person)
    const page = await visitor.get(linkOf(await mailed(person)))
    expect(page.url).toBe(`${guichet.issuer}/mot-de-passe-oublie/nouveau`)
    const weak = await visitor.submit(page, { password: 'abc', passwordConfirmation: 'abc' }, 'password')
    expect(weak.faults.join()).toContain('Il manque à votre mot de passe')
    const different = await visitor.submit(weak, { password: NEW, passwordConfirmation: 'x' }, 'password')
    expect(different.faults.join()).toContain('Les deux mots de passe sont différents.')
    const own = { password: 'Martin-Fictif-1', passwordConfirmation: 'Martin-Fictif-1' }
    expect((await visitor.submit(page, own, 'password')).faults.join()).toContain('contient votre nom')
    const done = await visitor.submit(different, both, 'password')
    expect(done.heading).toBe('Votre mot de passe est changé')
    expect((await visitor.get(`${guichet.issuer}/`)).body).not.toContain('Votre session est ouverte')
    const told = await guichet.mailTo(person.email, mail => mail.subject === 'Votre mot de passe Guichet est changé')
    expect(told.text).not.toContain(person.nir)
    const back = await visitor.get(page.url)
    expect(back.heading).toBe('Ce lien a déjà servi')
  })

  it('makes the browser one of their own: whoever guesses at the number meanwhile keeps nobody waiting', async () => {
    const person = await anAccount()
    const visitor = browser()
    await ask(visitor, person)
    await visitor.submit(await visitor.get(linkOf(await mailed(person))), both, 'password')
    const wrong = { ...person, password: 'Mauvais-Essai-99' }
    const guesses = await Promise.all(Array.from({ length: 6 }, () => signIn(browser(), guichet, wrong)))
    expect(guesses.map(({ status }) => status).sort()).toEqual([422, 422, 422, 422, 422, 429])
    expect((await signIn(browser(), guichet, { ...person, password: NEW })).status).toBe(429)
    const back = await signIn(visitor, guichet, { ...person, password: NEW })
    expect(back.status).toBe(200)
  })

  it('answers a double click as one, asked for and changed', async () => {
    const person = await anAccount()
    const visitor = browser()
    const form = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
    const { nir, email } = person
    const asked = await Promise.all([1, 2, 3].map(() => visitor.submit(form, { nir, email }, 'nir')))
    for (const page of asked) expect(page.heading).toBe('Mot de passe oublié : consultez votre messagerie')
    const page = await visitor.get(linkOf(await mailed(person)))
    const changed = await Promise.all([1, 2, 3].map(() => visitor.submit(page, both, 'password')))
    for (const { heading } of changed) expect(heading).toBe('Votre mot de passe est changé')
    await guichet.mailTo(email, mail => mail.subject === 'Votre mot de passe Guichet est changé')
    const other = { password: 'Autre-Chose-11', passwordConfirmation: 'Autre-Chose-11' }
    expect((await visitor.submit(page, other, 'password')).heading).toBe('Ce lien a déjà servi')
  })

  it('keeps the service that the person came from', async () => {
    const person = await anAccount()
    const visitor = browser()
    const signInPage = await visitor.get(service.request().url)
    const path = /href="(\/mot-de-passe-oublie\/[^"]+)"/.exec(signInPage.body)?.[1] ?? ''
    const sent = await ask(visitor, person, path)
    expect(sent.body).toContain(service.name)
    expect(sent.body).toContain(`href="${new URL(signInPage.url).pathname}"`)
    const page = await visitor.get(linkOf(await mailed(person)))
    const done = await visitor.submit(page, both, 'password')
    expect(done.body).toContain(`href="${service.homePage}"`)
  })

  it('lets who was waiting sign in at once with the new password', async () => {
    const person = await anAccount()
    const visitor = browser()
    const stranger = browser()
    let page = await stranger.get(`${guichet.issuer}/connexion`)
    const wrong = { nir: person.nir, password: 'Mauvais-Essai-99' }
    for (let n = 0; n < 6; n++) page = await stranger.submit(page, wrong, 'password')
    expect(page.status).toBe(429)
    await ask(visitor, person)
    await visitor.submit(await visitor.get(linkOf(await mailed(person))), both, 'password')
    expect((await signIn(browser(), guichet, { ...person, password: NEW })).status).toBe(200)
  })

  it('asked twice within ten minutes sends one mail, and its link stands', async () => {
    const person = await anAccount()
    const visitor = browser()
    await ask(visitor, person)
    const link = linkOf(await mailed(person))
    await ask(visitor, person)
    const other = aPerson()
    await signUp(visitor, guichet, other)
    await guichet.mailTo(other.email) // the worker has passed over the second request by now
    expect(
      guichet.mails.filter(mail => mail.to === person.email && mail.subject === 'Votre accès à Guichet').length,
    ).toBe(1)
    expect((await visitor.get(link)).heading).toBe('Choisissez un nouveau mot de passe')
  })

  it('sends the activation link again to who never activated', async () => {
    const person = aPerson()
    await signUp(browser(), guichet, person)
    await guichet.mailTo(person.email)
    await ask(browser(), person, '/inscription/renvoi')
    const again = await guichet.mailTo(person.email)
    expect(again.subject).toBe('Activez votre compte Guichet')
  })

  it('has links that expire after an hour, and then offer another', async () => {
    const aging = await startGuichet()
    try {
      const person = aPerson()
      const visitor = makeVisitor(aging.issuer)
      await becomeAccount(visitor, aging, person)
      const form = await visitor.get(`${aging.issuer}/mot-de-passe-oublie`)
      await visitor.submit(form, { nir: person.nir, email: person.email }, 'nir')
      const isAccess = (mail: { readonly subject: string }) => mail.subject === 'Votre accès à Guichet'
      const link = linkOf(await aging.mailTo(person.email, isAccess))
      const page = await visitor.get(link)
      aging.advance(3601)
      const late = await visitor.submit(page, both, 'password')
      expect([late.status, late.heading]).toEqual([410, 'Ce lien a expiré'])
      const sent = await visitor.submit(late, {}, 'new-link')
      expect(sent.heading).toContain('consultez votre messagerie')
      const fresh = await visitor.get(linkOf(await aging.mailTo(person.email, isAccess)))
      expect((await visitor.submit(fresh, both, 'password')).heading).toBe('Votre mot de passe est changé')
    } finally {
      await aging.stop()
    }
  })

  it('says that a link is incomplete when it was cut, of another journey or invented', async () => {
    const person = aPerson()
    const visitor = browser()
    await signUp(visitor, guichet, person)
    const activation = linkOf(await guichet.mailTo(person.email))
    const token = new URL(activation).searchParams.get('jeton') ?? ''
    const other = await browser().get(`${guichet.issuer}/mot-de-passe-oublie/nouveau?jeton=${token}`)
    expect(other.body).not.toContain('name="password"')
    for (const query of ['jeton=', 'jeton=abc', `jeton=${token.slice(0, -1)}`]) {
      const page = await browser().get(`${guichet.issuer}/mot-de-passe-oublie/nouveau?${query}`)
      expect([page.status, page.heading]).toEqual([404, 'Ce lien est incomplet'])
    }
  })
})
