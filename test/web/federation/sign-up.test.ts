import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { aPerson, becomeAccount, linkOf, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../../support/visitor.ts'
import { waitFor } from '../../support/wait.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, signInOn, type TestService } from '../support/services.ts'

let federated: Federated
let service: TestService
beforeAll(async () => {
  federated = await startFederated()
  service = await aService(federated.guichet, { scopes: ['openid', 'email', 'profile', 'identite_pivot'] })
})
afterAll(() => federated.stop())

const testPerson = (id: string) => {
  const found = testPeople.find(one => one.id === id)
  if (!found) throw new Error(`no test person ${id}`)
  return found
}
const visitor = () => makeVisitor(federated.guichet.issuer)

/** What a service sees of the person who came back to `page`. */
const told = async (page: Page, verifier: string) => {
  const code = new URL(page.url).searchParams.get('code') ?? ''
  const answer = await fetch(`${federated.guichet.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: service.redirectUri,
      code_verifier: verifier,
    }),
  })
  const tokens = (await answer.json()) as { readonly access_token: string; readonly id_token: string }
  const userinfo = await fetch(`${federated.guichet.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  const [, claims = ''] = tokens.id_token.split('.')
  return {
    idToken: JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>,
    userinfo: (await userinfo.json()) as Record<string, unknown>,
  }
}

const details = (person: ReturnType<typeof testPerson>, email: string): Record<string, string> => {
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
    ...aPerson(),
    nir: person.nir.number,
    nirKey: person.nir.key,
    email,
  })
  return fields
}

const arrive = (browser: Visitor, id: string, parameters: Record<string, string> = {}) => {
  const { url, verifier } = service.request({ scope: 'openid email profile identite_pivot', ...parameters })
  return federated.signIn(browser, url, { person: id }).then(page => ({ page, verifier }))
}

/** Answers the question, and fills in what FranceConnect did not send. */
const signUpBy = async (browser: Visitor, id: string, email: string) => {
  const { page, verifier } = await arrive(browser, id)
  const form = await browser.submit(page, { answer: 'no' }, 'answer-no')
  return { page: await browser.submit(form, details(testPerson(id), email), 'create-account'), verifier }
}

describe('a first sign-up by FranceConnect', () => {
  it('asks one question, then only what FranceConnect did not send, and goes on to the service', async () => {
    const browser = visitor()
    const { page, verifier } = await arrive(browser, 'elodie')
    expect(page.heading).toBe('Avez-vous déjà un compte ?')
    expect(page.body).toContain('EXEMPLE')
    expect(page.body).toMatch(/14\smai\s1985/)

    const form = await browser.submit(page, { answer: 'no' }, 'answer-no')
    expect(form.heading).toBe('Complétez votre inscription')
    expect(form.body).not.toMatch(/name="(?:birthName|password|challenge)"/)
    expect(form.body).toContain('value="elodie@example.fr"')

    const landed = await browser.submit(form, details(testPerson('elodie'), 'elodie@exemple.fr'), 'create-account')
    expect(landed.url).toContain(service.redirectUri)
    const { idToken, userinfo } = await told(landed, verifier)
    expect(idToken).toMatchObject({ acr: 'eidas1', amr: ['fed'] })
    expect(userinfo).toMatchObject({
      family_name: 'EXEMPLE',
      given_name: 'Élodie Anne',
      given_name_array: ['Élodie', 'Anne'],
      birthdate: '1985-05-14',
      gender: 'female',
      birthplace: '26274',
      birthcountry: '99100',
      email: 'elodie@exemple.fr',
      email_verified: false,
    })
  })

  it('confirms the address by its own link and its button, and not before', async () => {
    const browser = visitor()
    await signUpBy(browser, 'yann', 'yann@exemple.fr')
    const link = linkOf(await federated.guichet.mailTo('yann@exemple.fr'))
    const page = await browser.get(link)
    expect(page.heading).toBe('Confirmez votre courriel')
    expect(page.url).not.toContain('jeton')
    expect((await seenBy(browser)).email_verified).toBe(false)
    const done = await browser.submit(page, {}, 'confirm')
    expect(done.heading).toBe('Votre courriel est confirmé')
    expect((await seenBy(browser)).email_verified).toBe(true)
    expect((await browser.get(link)).status).toBe(410)
  })

  it('signs in the second time without a page of ours in between', async () => {
    await signUpBy(visitor(), 'tiago', 'tiago@exemple.fr')
    const browser = visitor()
    const { page, verifier } = await arrive(browser, 'tiago')
    expect(page.url).toContain(service.redirectUri)
    expect((await told(page, verifier)).userinfo).toMatchObject({ birthcountry: '99139', birthplace: '' })
  })

  it('refuses a number that says another birth, asking first to check it, then offering a human contact', async () => {
    const browser = visitor()
    const { page } = await arrive(browser, 'loic')
    const form = await browser.submit(page, { answer: 'no' }, 'answer-no')
    const wrong = { ...details(testPerson('tiago'), 'loic@exemple.fr') }
    const first = await browser.submit(form, wrong, 'create-account')
    expect(first.status).toBe(422)
    expect(first.faults.join()).toContain('sans faute de frappe')
    const again = await browser.submit(
      first,
      { ...wrong, email: 'loic2@exemple.fr', emailConfirmation: 'loic2@exemple.fr' },
      'create-account',
    )
    expect(again.faults.join()).toMatch(/contactez-nous.*aide@guichet.example, référence/)
    expect(again.body).toContain('value="loic2@exemple.fr"')
  })
})

/** What the service sees of whoever is signed in in this browser. */
const seenBy = async (browser: Visitor) => {
  const { url, verifier } = service.request({ scope: 'openid email', prompt: 'none' })
  return (await told(await browser.get(url), verifier)).userinfo
}

describe('somebody who has an account', () => {
  it('links it by its number and password once, is told by mail, and FranceConnect then suffices', async () => {
    const known = testPerson('nadia')
    const person = aPerson({
      nir: known.nir.number,
      nirKey: known.nir.key,
      birthName: known.claims.family_name,
      email: 'nadia@exemple.fr',
    })
    await becomeAccount(visitor(), federated.guichet, person)
    const browser = visitor()
    const { page } = await arrive(browser, 'nadia')
    const form = await browser.submit(page, { answer: 'yes' }, 'answer')
    expect(form.heading).toBe('Liez FranceConnect à votre compte')
    const landed = await signInOn(browser, form, person)
    expect(landed.url).toContain(service.redirectUri)
    const told = () =>
      federated.guichet.mails.find(({ to, subject }) => to.includes('nadia@exemple.fr') && subject.includes('est lié'))
    expect((await waitFor(told)).subject).toBe('FranceConnect est lié à votre compte Guichet')

    const elsewhere = visitor()
    expect((await arrive(elsewhere, 'nadia')).page.url).toContain(service.redirectUri)
  })

  it('links nothing when the account is another person’s', async () => {
    const other = aPerson()
    await becomeAccount(visitor(), federated.guichet, other)
    const browser = visitor()
    const { page } = await arrive(browser, 'aminata')
    const form = await browser.submit(page, { answer: 'yes' }, 'answer')
    const refused = await signInOn(browser, form, other)
    expect([refused.status, refused.url.startsWith(service.redirectUri)]).toEqual([422, false])
    expect(refused.body).toContain('Rien n’a été lié'.replace('’', '&#39;'))
    expect((await arrive(visitor(), 'aminata')).page.heading).toBe('Avez-vous déjà un compte ?')
  })

  it('is led to the account that holds the number, by « je ne sais pas » and by the form', async () => {
    const known = testPerson('minh')
    const person = aPerson({
      nir: known.nir.number,
      nirKey: known.nir.key,
      birthName: known.claims.family_name,
      email: 'minh@exemple.fr',
    })
    await becomeAccount(visitor(), federated.guichet, person)
    for (const answer of ['unknown', 'no']) {
      const browser = visitor()
      const { page } = await arrive(browser, 'minh')
      const form = await browser.submit(page, { answer }, `answer-${answer}`)
      const led =
        answer === 'unknown'
          ? await browser.submit(form, { nir: known.nir.number, nirKey: known.nir.key }, 'nir')
          : await browser.submit(form, details(known, 'm@exemple.fr'), 'create-account')
      expect(led.heading).toBe('Liez FranceConnect à votre compte')
      expect(led.body).toContain('Un compte existe avec ce numéro.')
    }
  })
})

describe('two browsers of one person', () => {
  it('finish one sign-up at once: one account, and both come in', async () => {
    const { accounts } = federated.guichet.app.stores
    const before = await accounts.count()
    const person = testPerson('ghjulia')
    const browsers = [visitor(), visitor(), visitor()]
    const forms = await Promise.all(
      browsers.map(async browser => {
        const { page } = await arrive(browser, 'ghjulia')
        return browser.submit(page, { answer: 'no' }, 'answer')
      }),
    )
    const ends = await Promise.all(
      forms.map((form, nth) => browsers[nth]?.submit(form, details(person, 'ghjulia@exemple.fr'), 'create-account')),
    )
    expect(await accounts.count()).toBe(before + 1)
    // the others are sent to FranceConnect once more, which knows them
    const landed = ends.filter(page => page?.url.startsWith(service.redirectUri))
    const again = ends.filter(page => page?.url.includes('/api/v2/authorize?'))
    expect([landed.length, landed.length + again.length]).toEqual([1, 3])
    for (const page of again) {
      const browser = browsers[ends.indexOf(page)]
      if (browser && page) {
        const end = await federated.signIn(browser, page, { person: 'ghjulia' })
        expect(end.url).toContain(service.redirectUri)
      }
    }
  })

  it('send one form twice: one account, the same answer', async () => {
    const { accounts } = federated.guichet.app.stores
    const before = await accounts.count()
    const browser = visitor()
    const { page } = await arrive(browser, 'andria')
    const form = await browser.submit(page, { answer: 'no' }, 'answer')
    const fields = details(testPerson('andria'), 'andria@exemple.fr')
    const ends = await Promise.all([1, 2].map(() => browser.submit(form, fields, 'create-account')))
    expect(await accounts.count()).toBe(before + 1)
    expect(ends.every(({ status }) => status < 500)).toBe(true)
    expect(ends.some(({ url }) => url.startsWith(service.redirectUri))).toBe(true)
  })
})

describe('a civil status that differs at a later sign-in', () => {
  it('is refreshed, and the audit tells the names of its claims alone', async () => {
    await signUpBy(visitor(), 'aminata', 'aminata@exemple.fr')
    federated.france.setFaults({ alterUserinfo: claims => ({ ...claims, preferred_username: 'NOUVEAU-NOM' }) })
    const { page, verifier } = await arrive(visitor(), 'aminata')
    federated.france.setFaults({})
    expect((await told(page, verifier)).userinfo).toMatchObject({ preferred_username: 'NOUVEAU-NOM' })
    const { audit } = federated.guichet.app.stores
    const segments = await audit.segments()
    const entries = (await Promise.all(segments.map(({ segment }) => audit.read(segment, 0, 10_000)))).flat()
    const changed = entries.map(({ text }) => text).filter(text => text.includes('identity.changed'))
    expect(changed).toHaveLength(1)
    expect(changed[0]).toContain('"claims":["preferred_username"]')
    expect(changed[0]).not.toContain('NOUVEAU-NOM')
  })
})
