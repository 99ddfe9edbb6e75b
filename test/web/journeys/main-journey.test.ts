import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, signUp } from '../../support/people.ts'
import { makeVisitor } from '../../support/visitor.ts'

let guichet: Guichet
beforeAll(async () => {
  guichet = await startGuichet()
})
afterAll(() => guichet.stop())

describe('the main journey without a service', () => {
  it('signs somebody up, activates in the same browser, and signs them in', async () => {
    const person = aPerson()
    const visitor = makeVisitor(guichet.issuer)
    const received = await signUp(visitor, guichet, person)
    expect(received.faults).toEqual([])
    expect(received.heading).toBe('Consultez votre messagerie')
    expect(received.body).toContain(person.email)

    const mail = await guichet.mailTo(person.email)
    expect(mail.subject).toBe('Activez votre compte Guichet')
    const page = await visitor.get(linkOf(mail))
    expect(page.url).toBe(`${guichet.issuer}/activation`)
    expect(page.heading).toBe('Activez votre compte')
    const done = await visitor.submit(page, { action: 'activate' }, 'activate')
    expect(done.heading).toBe('Félicitations, votre compte est créé')

    const signIn = await visitor.get(`${guichet.issuer}/connexion`)
    expect(signIn.heading).toBe('Me connecter ou créer un compte')
    const home = await visitor.submit(signIn, { nir: person.nir, password: person.password })
    expect(home.url).toBe(`${guichet.issuer}/`)
    expect(home.body).toContain('Votre session est ouverte')
  })

  it('signs out by asking once, and tells it', async () => {
    const person = aPerson()
    const visitor = makeVisitor(guichet.issuer)
    await becomeAccount(visitor, guichet, person)
    const signIn = await visitor.get(`${guichet.issuer}/connexion`)
    await visitor.submit(signIn, { nir: person.nir, password: person.password })
    const asked = await visitor.get(`${guichet.issuer}/deconnexion`)
    expect(asked.heading).toBe('Voulez-vous vous déconnecter ?')
    const told = await visitor.submit(asked, { logout: 'yes' })
    expect(told.heading).toBe('Votre session est fermée')
    expect((await visitor.get(`${guichet.issuer}/`)).body).not.toContain('Votre session est ouverte')
  })

  it('chooses a new password by a mailed link', async () => {
    const person = aPerson()
    await becomeAccount(makeVisitor(guichet.issuer), guichet, person)
    const visitor = makeVisitor(guichet.issuer)
    const form = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
    const sent = await visitor.submit(form, { nir: person.nir, email: person.email })
    expect(sent.heading).toContain('consultez votre messagerie')
    const mail = await guichet.mailTo(person.email, one => one.subject === 'Votre accès à Guichet')
    const page = await visitor.get(linkOf(mail))
    expect(page.heading).toBe('Choisissez un nouveau mot de passe')
    const password = 'Coquelicot-Rouge-77'
    const changed = await visitor.submit(page, { password, passwordConfirmation: password })
    expect(changed.heading).toBe('Votre mot de passe est changé')
    const signIn = await visitor.get(`${guichet.issuer}/connexion`)
    const refused = await visitor.submit(signIn, { nir: person.nir, password: person.password })
    expect(refused.status).toBe(422)
    const home = await visitor.submit(refused, { nir: person.nir, password })
    expect(home.body).toContain('Votre session est ouverte')
  })
})
