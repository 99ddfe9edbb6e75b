import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { aPerson, becomeAccount, linkOf, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Visitor } from '../../support/visitor.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, signIn, type TestService, whoIsSignedIn } from '../support/services.ts'

let federated: Federated
let service: TestService
beforeAll(async () => {
  federated = await startFederated()
  service = await aService(federated.guichet)
})
afterAll(() => federated.stop())

const visitor = () => makeVisitor(federated.guichet.issuer)
const at = (path: string) => federated.guichet.issuer + path
const testPerson = (id: string) => {
  const found = testPeople.find(one => one.id === id)
  if (!found) throw new Error(`no test person ${id}`)
  return found
}
const mailOf = (address: string, subject: string) =>
  federated.guichet.mailTo(address, mail => mail.subject.includes(subject))

/** An account made by FranceConnect alone, its address not confirmed. */
const unconfirmed = async (id: string): Promise<{ readonly browser: Visitor; readonly email: string }> => {
  const browser = visitor()
  const { nir, claims } = testPerson(id)
  const page = await federated.signIn(browser, service.request().url, { person: id })
  const form = await browser.submit(page, { answer: 'no' }, 'answer-no')
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
    ...aPerson(),
    nir: nir.number,
    nirKey: nir.key,
    email: claims.email,
  })
  await browser.submit(form, fields, 'create-account')
  return { browser, email: claims.email }
}
const opened = async (id: string): Promise<Awaited<ReturnType<typeof unconfirmed>>> => {
  const { browser, email } = await unconfirmed(id)
  const confirm = await browser.get(linkOf(await mailOf(email, 'Confirmez')))
  await browser.submit(confirm, {}, 'confirm')
  return { browser, email }
}

describe('somebody who signs in by FranceConnect alone', () => {
  it('chooses a password, every session ended and told by mail, and then signs in by either', async () => {
    const { browser, email } = await opened('elodie')
    const form = await browser.get(at('/compte/mot-de-passe'))
    expect(form.heading).toBe('Choisissez un nouveau mot de passe')
    const weak = await browser.submit(form, { password: 'court', passwordConfirmation: 'court' }, 'password')
    expect(weak.status).toBe(422)
    const password = 'Capucine-Jaune-87'
    const done = await browser.submit(weak, { password, passwordConfirmation: password }, 'password')
    expect(done.heading).toBe('Votre mot de passe est changé')
    expect(await whoIsSignedIn(browser, service)).toBeUndefined()
    expect((await mailOf(email, 'mot de passe')).subject).toContain('est changé')
    const person = { nir: testPerson('elodie').nir.number, password }
    expect((await signIn(visitor(), federated.guichet, person)).url).toBe(at('/'))
    const again = await federated.signIn(visitor(), service.request().url, { person: 'elodie' })
    expect(again.url).toContain(service.redirectUri)
  })

  it('changes the address: the former one told, the new one unconfirmed until its own link is opened', async () => {
    const { browser, email } = await opened('tiago')
    const form = await browser.get(at('/compte/courriel'))
    const fields = { email: 'nouvelle@exemple.fr', emailConfirmation: 'autre@exemple.fr' }
    const refused = await browser.submit(form, fields, 'email')
    expect([refused.status, refused.faults.length]).toEqual([422, 1])
    const done = await browser.submit(refused, { ...fields, emailConfirmation: fields.email }, 'email')
    expect(done.body).toContain('Un courriel est en route')
    expect(done.body).toContain('nouvelle@exemple.fr')
    expect((await mailOf(email, 'courriel change')).text).not.toContain('nouvelle@exemple.fr')
    expect(await whoIsSignedIn(browser, service)).toBe('nouvelle@exemple.fr')
    const confirm = await browser.get(linkOf(await mailOf('nouvelle@exemple.fr', 'Confirmez')))
    await browser.submit(confirm, {}, 'confirm')
    expect((await browser.get(at('/compte/connexions'))).body).toContain('Cette adresse est confirmée.')
  })

  it('is told by mail how they sign in when they ask for a forgotten password', async () => {
    const { email } = await opened('loic')
    const browser = visitor()
    const form = await browser.get(at('/mot-de-passe-oublie'))
    await browser.submit(form, { nir: testPerson('loic').nir.number, email }, 'email')
    expect((await mailOf(email, 'Votre accès')).text).toContain('FranceConnect')
  })

  it('is mailed nothing about a forgotten password at an address that was never confirmed', async () => {
    const { email } = await unconfirmed('nadia')
    await mailOf(email, 'Confirmez')
    const ask = async (nir: string, to: string) => {
      const browser = visitor()
      const form = await browser.get(at('/mot-de-passe-oublie'))
      await browser.submit(form, { nir, email: to }, 'email')
    }
    await ask(testPerson('nadia').nir.number, email)
    // what is asked for afterwards leaves: the worker has been through the former one
    const other = aPerson()
    await becomeAccount(visitor(), federated.guichet, other)
    await ask(other.nir, other.email)
    await mailOf(other.email, 'Votre accès')
    const subjects = federated.guichet.mails.filter(({ to }) => to === email).map(({ subject }) => subject)
    expect(subjects).toEqual([expect.stringContaining('Confirmez')])
  })

  it('shows again who they are when a while has passed', async () => {
    const { browser } = await opened('yann')
    federated.guichet.advance(16 * 60)
    const away = await browser.get(at('/compte/mot-de-passe'))
    expect(away.url).toContain('/api/v2/authorize?')
    expect(new URL(away.url).searchParams.get('prompt')).toBe('login')
    const back = await federated.signIn(browser, away, { person: 'yann' })
    expect([back.url, back.heading]).toEqual([at('/compte/mot-de-passe'), 'Choisissez un nouveau mot de passe'])
  })
})

describe('somebody who signs in by a password alone', () => {
  it('is not shown the pages that an upstream’s word opens', async () => {
    const person = aPerson()
    await becomeAccount(visitor(), federated.guichet, person)
    const browser = visitor()
    await signIn(browser, federated.guichet, person)
    for (const path of ['/compte/mot-de-passe', '/compte/courriel']) {
      expect((await browser.get(at(path))).url).toBe(at('/compte/connexions'))
    }
  })
})
