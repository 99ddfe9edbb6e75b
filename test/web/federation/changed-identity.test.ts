import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { aPerson, becomeAccount, linkOf, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../../support/visitor.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, type TestService, whoIsSignedIn } from '../support/services.ts'

let federated: Federated
let service: TestService
beforeAll(async () => {
  federated = await startFederated()
  service = await aService(federated.guichet)
  const browser = visitor()
  await fill(browser, 'maelle')
  const confirm = await browser.get(linkOf(await mailOf('maelle@example.fr', 'Confirmez')))
  await browser.submit(confirm, {}, 'confirm')
})
afterAll(() => federated.stop())

const visitor = () => makeVisitor(federated.guichet.issuer)
const mailOf = (address: string, subject: string) =>
  federated.guichet.mailTo(address, mail => mail.subject.includes(subject))
const testPerson = (id: string) => {
  const found = testPeople.find(one => one.id === id)
  if (!found) throw new Error(`no test person ${id}`)
  return found
}

/** By FranceConnect as this person, then the sign-up form with the number of that one. */
const fill = async (browser: Visitor, id: string, numberOf = id): Promise<Page> => {
  const { nir } = testPerson(numberOf)
  const page = await federated.signIn(browser, service.request().url, { person: id })
  const form = await browser.submit(page, { answer: 'no' }, 'answer')
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
    ...aPerson(),
    nir: nir.number,
    nirKey: nir.key,
    email: testPerson(id).claims.email,
  })
  return browser.submit(form, fields, 'create-account')
}

const hrefOf = ({ body }: Page): string =>
  (/<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(body)?.[1] ?? '').replaceAll('&amp;', '&')

describe('somebody whose civil status has changed, and FranceConnect’s sub with it', () => {
  it('is linked on no resemblance: a link to the confirmed address, then FranceConnect again', async () => {
    const browser = visitor()
    const led = await fill(browser, 'maelle-apres')
    expect(led.heading).toBe('Liez FranceConnect à votre compte')
    const asked = await browser.submit(led, {}, 'mail-link')
    expect(asked.body).toContain('un courriel y arrive')
    const mail = await mailOf('maelle@example.fr', 'Retrouvez')
    const page = await browser.get(linkOf(mail))
    expect([page.heading, page.url]).toEqual([
      'Votre identité a changé',
      `${federated.guichet.issuer}/compte/identite-changee`,
    ])
    const going = await browser.submit(page, {}, 'move')
    const away = await browser.get(new URL(hrefOf(going), federated.guichet.issuer).href)
    const landed = await federated.signIn(browser, away, { person: 'maelle-apres' })
    expect(landed.url).toContain(service.redirectUri)
    expect(await whoIsSignedIn(browser, service)).toBe('maelle@example.fr')

    const elsewhere = await federated.signIn(visitor(), service.request().url, { person: 'maelle-apres' })
    expect(elsewhere.url).toContain(service.redirectUri)
    expect((await browser.get(linkOf(mail))).status).toBe(410)
    // the former sub opens nothing any more
    const former = await federated.signIn(visitor(), service.request().url, { person: 'maelle' })
    expect(former.heading).toBe('Avez-vous déjà un compte ?')
  })

  it('is told the same, and no mail leaves, where nobody verified the account that holds the number', async () => {
    const { guichet } = federated
    const known = testPerson('minh')
    const before = guichet.mails.length
    const person = aPerson({ nir: known.nir.number, nirKey: known.nir.key, email: 'minh@exemple.fr' })
    await becomeAccount(visitor(), guichet, person)
    const browser = visitor()
    const led = await fill(browser, 'minh')
    const asked = await browser.submit(led, {}, 'mail-link')
    expect(asked.body).toContain('un courriel y arrive')
    // what is asked for afterwards leaves: the worker has been through the former one
    const form = await browser.get(`${guichet.issuer}/mot-de-passe-oublie`)
    await browser.submit(form, { nir: person.nir, email: person.email }, 'email')
    await mailOf('minh@exemple.fr', 'Votre accès')
    const since = guichet.mails.slice(before).filter(mail => mail.to.includes('minh'))
    expect(since.map(({ text }) => text.includes('identite-changee'))).not.toContain(true)
  })
})

describe('somebody of another birth', () => {
  it('does not come into the account by a link that was not for them', async () => {
    const { guichet } = federated
    const browser = visitor()
    const opened = visitor()
    await fill(opened, 'ghjulia')
    const confirm = await opened.get(linkOf(await mailOf('ghjulia@example.fr', 'Confirmez')))
    await opened.submit(confirm, {}, 'confirm')
    // the number of the one, by the identity of the other: contradicted before anything is mailed
    const refused = await fill(browser, 'tiago', 'ghjulia')
    expect(refused.status).toBe(422)
    const forced = await browser.post(`${guichet.issuer}/compte/identite-changee`, {})
    expect(forced.status).not.toBe(500)
    const page = await federated.signIn(browser, service.request().url, { person: 'tiago' })
    expect(page.heading).toBe('Avez-vous déjà un compte ?')
  })
})
