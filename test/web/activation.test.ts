import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, linkOf, type Person, signUp, signUpFields } from '../support/people.ts'
import { makeVisitor, type Visitor } from '../support/visitor.ts'
import { holderOf } from './support/accounts.ts'
import { aService, signIn, type TestService, whoIsSignedIn } from './support/services.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

const browser = (): Visitor => makeVisitor(guichet.issuer)
const linkTo = async ({ email }: Person) =>
  linkOf(await guichet.mailTo(email, mail => mail.subject.startsWith('Activez')))
const WRONG = 'Mauvais-Essai-99'
const DONE = 'Félicitations, votre compte est créé'

/** Somebody who signed up in a browser of their own, and the link that they got. */
const aClaim = async (given: Partial<Person> = {}) => {
  const person = aPerson(given)
  const visitor = browser()
  await signUp(visitor, guichet, person)
  return { person, visitor, link: await linkTo(person) }
}

describe('the activation page', () => {
  it('moves the token out of the address at once, and shows nothing personal', async () => {
    const { person, visitor, link } = await aClaim()
    const page = await visitor.get(link)
    expect(page.url).toBe(`${guichet.issuer}/activation`)
    const token = new URL(link).searchParams.get('jeton') ?? ''
    for (const word of [token, person.nir, person.email, person.birthName]) expect(page.body).not.toContain(word)
    expect([...visitor.cookies.values()].some(value => value.includes(token))).toBe(false)
  })

  it("asks for the password in another browser than the sign-up's, and not in that one", async () => {
    const { visitor, link } = await aClaim()
    expect((await visitor.get(link)).body).not.toContain('name="password"')
    const elsewhere = await browser().get(link)
    expect(elsewhere.body).toContain('saisissez le mot de passe que vous avez choisi')
    expect(elsewhere.body).toContain('name="password"')
  })

  it('answers the same to a double click and to the back button', async () => {
    const { person, visitor, link } = await aClaim()
    const page = await visitor.get(link)
    const clicks = await Promise.all([1, 2, 3].map(() => visitor.submit(page, { action: 'activate' }, 'activate')))
    expect(clicks.map(({ heading }) => heading)).toEqual([DONE, DONE, DONE])
    expect((await visitor.submit(page, { action: 'activate' }, 'activate')).heading).toBe(DONE)
    const back = await visitor.get(page.url)
    expect(back.heading).toBe('Ce lien a déjà servi')
    expect(back.body).toContain('Se connecter')
    expect((await holderOf(guichet, person))?.status).toBe('active')
  })

  it('needs the right password: five wrong ones void the link, and another can be had', async () => {
    const { person, link } = await aClaim()
    const visitor = browser()
    let page = await visitor.get(link)
    for (let n = 1; n <= 4; n++) {
      page = await visitor.submit(page, { action: 'activate', password: WRONG }, 'password')
      expect([n, page.status]).toEqual([n, 422])
    }
    const voided = await visitor.submit(page, { action: 'activate', password: WRONG }, 'password')
    expect([voided.status, voided.heading]).toEqual([410, 'Ce lien est fermé par sécurité'])
    const late = await visitor.submit(page, { action: 'activate', password: person.password }, 'password')
    expect(late.heading).toBe('Ce lien est fermé par sécurité')
    const sent = await visitor.submit(voided, {}, 'new-link')
    expect(sent.heading).toContain('consultez votre messagerie')
    const again = await visitor.get(await linkTo(person))
    const done = await visitor.submit(again, { action: 'activate', password: person.password }, 'password')
    expect(done.heading).toBe(DONE)
  })

  it('forgives wrong passwords before the right one', async () => {
    const { person, link } = await aClaim()
    const visitor = browser()
    const page = await visitor.submit(await visitor.get(link), { action: 'activate', password: WRONG }, 'password')
    expect(page.faults).toEqual(["Erreur : Ce n'est pas le mot de passe choisi à l'inscription. Vérifiez-le."])
    const done = await visitor.submit(page, { action: 'activate', password: person.password }, 'password')
    expect(done.heading).toBe(DONE)
  })

  it('dies when another was asked for: only the last link opens', async () => {
    const { person, visitor, link } = await aClaim()
    const mailbox = await visitor.get(`${guichet.issuer}/inscription/messagerie`)
    const sent = await visitor.submit(mailbox, { action: 'resend' }, 'resend')
    expect(sent.heading).toBe('Consultez votre messagerie')
    const last = await linkTo(person)
    const former = await browser().get(link)
    expect([former.status >= 400, former.body.includes('id="activate"')]).toEqual([true, false])
    const done = await visitor.submit(await visitor.get(last), { action: 'activate' }, 'activate')
    expect(done.heading).toBe(DONE)
  })

  it('says that a link is incomplete when it was cut, doubled or invented', async () => {
    const { link } = await aClaim()
    const token = new URL(link).searchParams.get('jeton') ?? ''
    const queries = [
      `jeton=${token.slice(0, -2)}`,
      'jeton=',
      `jeton=${token}&jeton=${token}`,
      'jeton=%3Cscript%3E',
      'jeton=x',
    ]
    for (const query of queries) {
      const page = await browser().get(`${guichet.issuer}/activation?${query}`)
      expect([page.status, page.heading]).toEqual([404, 'Ce lien est incomplet'])
    }
    expect((await browser().get(`${guichet.issuer}/activation`)).heading).toBe('Ce lien est incomplet')
  })

  it("erases at « Je n'ai rien demandé », and stands by it", async () => {
    const { person, visitor, link } = await aClaim()
    const erased = await visitor.submit(await visitor.get(link), { action: 'disown' }, 'disown')
    expect(erased.status).toBe(200)
    expect((await visitor.get(link)).heading).toBe('Ce lien est incomplet')
    expect((await visitor.get(`${guichet.issuer}/inscription/messagerie`)).heading).toBe('Je crée mon compte')
    expect((await signIn(browser(), guichet, person)).status).toBe(422)
  })

  it('leads on to the service in another browser, signed in to nothing', async () => {
    const visitor = browser()
    const person = aPerson()
    const form = await visitor.get(service.request({ prompt: 'create' }).url)
    await visitor.submit(form, signUpFields(person), 'birthName')
    const link = await linkTo(person)
    const phone = browser()
    const page = await phone.get(link)
    const done = await phone.submit(page, { action: 'activate', password: person.password }, 'password')
    expect(done.body).toContain(`href="${service.homePage}"`)
    expect(await whoIsSignedIn(phone, service)).toBeUndefined()
    expect(await whoIsSignedIn(visitor, service)).toBeUndefined()
  })

  it('wins for the first of two people who claim a number, and tells the other nothing about the first', async () => {
    const first = await aClaim()
    const { nir, nirKey } = first.person
    const second = await aClaim({ nir, nirKey, email: `second-${nir}@exemple.fr` })
    const pages = await Promise.all([first.visitor.get(first.link), second.visitor.get(second.link)])
    const outcomes = await Promise.all(
      [first, second].map(({ visitor }, n) => visitor.submit(pages[n] ?? pages[0], { action: 'activate' }, 'activate')),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 409])
    const stopped = outcomes.find(({ status }) => status === 409)
    expect(stopped?.heading).toBe('Nous ne pouvons pas terminer votre inscription en ligne')
    expect(stopped?.body).toMatch(/référence [\w-]{6,}/)
  })
})

describe('an activation link, later', () => {
  it('expires after a day and offers another; the account is erased after seven', async () => {
    const aging = await startGuichet()
    try {
      const person = aPerson()
      const visitor = makeVisitor(aging.issuer)
      await signUp(visitor, aging, person)
      const link = linkOf(await aging.mailTo(person.email))
      aging.advance(25 * 3600)
      const page = await visitor.get(link)
      expect([page.status, page.heading]).toEqual([410, 'Ce lien a expiré'])
      const sent = await visitor.submit(page, {}, 'new-link')
      expect(sent.heading).toContain('consultez votre messagerie')
      const fresh = linkOf(await aging.mailTo(person.email))
      expect((await visitor.get(fresh)).heading).toBe('Activez votre compte')
      aging.advance(7 * 24 * 3600)
      expect((await visitor.get(fresh)).heading).toBe('Ce lien a expiré')
    } finally {
      await aging.stop()
    }
  })
})
