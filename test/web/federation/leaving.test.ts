import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { aPerson, becomeAccount, linkOf, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../../support/visitor.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, signIn, signInOn, type TestService, whoIsSignedIn } from '../support/services.ts'

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

const open = async (browser: Visitor, id: string): Promise<Page> => {
  const { nir, claims } = testPerson(id)
  const page = await federated.signIn(browser, service.request().url, { person: id })
  const form = await browser.submit(page, { answer: 'no' }, 'answer-no')
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
    ...aPerson(),
    nir: nir.number,
    nirKey: nir.key,
    email: claims.email,
  })
  return browser.submit(form, fields, 'create-account')
}

/** An account made by its number and password, then linked. */
const linked = async (browser: Visitor, id: string) => {
  const { nir, claims } = testPerson(id)
  const person = aPerson({
    nir: nir.number,
    nirKey: nir.key,
    birthName: claims.family_name,
    email: `${id}.mot-de-passe@exemple.fr`,
  })
  await becomeAccount(visitor(), federated.guichet, person)
  const page = await federated.signIn(browser, service.request().url, { person: id })
  const form = await browser.submit(page, { answer: 'yes' }, 'answer')
  await signInOn(browser, form, person)
  return person
}

const mailOf = (address: string, subject: string) =>
  federated.guichet.mailTo(address, mail => mail.subject.includes(subject))

describe('signing out', () => {
  it('ends the session here, then FranceConnect’s, and comes back', async () => {
    const browser = visitor()
    await open(browser, 'elodie')
    expect(await whoIsSignedIn(browser, service)).toBe('elodie@example.fr')
    const ask = await browser.get(at('/deconnexion'))
    const leaving = await browser.submit(ask, { logout: 'yes' }, 'logout')
    expect(await whoIsSignedIn(browser, service)).toBeUndefined()
    const [, href = ''] = /<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(leaving.body) ?? []
    const ended = new URL(href.replaceAll('&amp;', '&'))
    expect([...ended.searchParams.keys()].sort()).toEqual(['id_token_hint', 'post_logout_redirect_uri', 'state'])
    const answer = await fetch(ended, { redirect: 'manual' })
    const back = answer.headers.get('location') ?? ''
    expect(back).toContain('/fournisseurs/franceconnect/sortie?')
    expect((await browser.get(back)).heading).toBe('Votre session est fermée')
    // the state is worth one return
    expect((await browser.get(back)).url).toBe(at('/'))
  })

  it('ends the session here though FranceConnect does not answer', async () => {
    const browser = visitor()
    await open(browser, 'yann')
    federated.france.setFaults({ discoveryDown: true })
    federated.guichet.advance(1700)
    federated.guichet.advance(1700)
    const ask = await browser.get(at('/deconnexion'))
    const out = ask.body.includes('name="logout"') ? await browser.submit(ask, { logout: 'yes' }, 'logout') : ask
    expect(out.status).toBe(200)
    expect(await whoIsSignedIn(browser, service)).toBeUndefined()
    federated.france.setFaults({})
    federated.guichet.advance(60)
  })

  it('ends FranceConnect’s session as soon as the identity is read, where the operator wants it', async () => {
    const eager = await startFederated({}, { endSessionAtOnce: true })
    try {
      const its = await aService(eager.guichet)
      const browser = makeVisitor(eager.guichet.issuer)
      const gone = await eager.signIn(browser, its.request().url, { person: 'elodie' })
      expect(gone.url).toContain('/api/v2/session/end?')
      const answer = await fetch(gone.url, { redirect: 'manual' })
      const page = await browser.get(answer.headers.get('location') ?? '')
      expect(page.heading).toBe('Avez-vous déjà un compte ?')
    } finally {
      await eager.stop()
    }
  })
})

describe('what opens an account', () => {
  it('is shown to who is signed in, and brings back there who has to sign in first', async () => {
    const browser = visitor()
    const person = await linked(browser, 'nadia')
    const page = await browser.get(at('/compte/connexions'))
    expect(page.heading).toBe('Mes moyens de connexion')
    expect(page.body).toContain('Ne plus lier FranceConnect')

    const other = visitor()
    const form = await other.get(at('/compte/connexions'))
    expect(form.heading).toBe('Me connecter ou créer un compte')
    const back = await signInOn(other, form, person)
    expect([back.url, back.heading]).toEqual([at('/compte/connexions'), 'Mes moyens de connexion'])
  })

  it('loses FranceConnect when its holder says so, asked once more and told by mail', async () => {
    const browser = visitor()
    const person = await linked(browser, 'minh')
    const ask = await browser.get(at('/compte/connexions/franceconnect/delier'))
    expect(ask.heading).toBe('Ne plus lier FranceConnect à votre compte ?')
    const done = await browser.submit(ask, {}, 'unlink')
    expect(done.body).toContain('Ce lien est retiré.')
    expect((await mailOf(person.email, 'n’est plus lié'.replace('’', "'"))).text).toContain('votre mot de passe')
    const elsewhere = visitor()
    const page = await federated.signIn(elsewhere, service.request().url, { person: 'minh' })
    expect(page.heading).toBe('Avez-vous déjà un compte ?')
    expect((await signIn(visitor(), federated.guichet, person)).url).toBe(at('/'))
  })

  it('never loses the last way in', async () => {
    const browser = visitor()
    await open(browser, 'loic')
    const ask = await browser.get(at('/compte/connexions/franceconnect/delier'))
    const refused = await browser.submit(ask, {}, 'unlink')
    expect(refused.status).toBe(409)
    expect(refused.body).toContain("Choisissez d'abord un mot de passe")
    const elsewhere = await federated.signIn(visitor(), service.request().url, { person: 'loic' })
    expect(elsewhere.url).toContain(service.redirectUri)
  })

  it('is undone by the mail that told of it, with every session, for seven days', async () => {
    const browser = visitor()
    const person = await linked(browser, 'ghjulia')
    const link = linkOf(await mailOf(person.email, 'est lié'))
    const page = await browser.get(link)
    expect([page.heading, page.url]).toEqual(['Défaire ce lien ?', at('/compte/lien-a-defaire')])
    const done = await browser.submit(page, {}, 'undo')
    expect(done.heading).toBe('Le lien est défait')
    expect(await whoIsSignedIn(browser, service)).toBeUndefined()
    const again = await federated.signIn(visitor(), service.request().url, { person: 'ghjulia' })
    expect(again.heading).toBe('Avez-vous déjà un compte ?')
    expect((await browser.get(link)).status).toBe(410)
    expect((await signIn(visitor(), federated.guichet, person)).url).toBe(at('/'))

    const late = visitor()
    const other = await linked(late, 'andria')
    const lateLink = linkOf(await mailOf(other.email, 'est lié'))
    federated.guichet.advance(7 * 24 * 3600 + 60)
    expect((await late.get(lateLink)).heading).toBe('Ce lien a expiré')
  })
})
