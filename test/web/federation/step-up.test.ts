import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { testPeople } from '../../../src/demo/france-connect/people.ts'
import { aPerson, becomeAccount, signUpFields } from '../../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../../support/visitor.ts'
import { type Federated, startFederated } from '../support/france-connect.ts'
import { aService, signIn, type TestService, whoIsSignedIn } from '../support/services.ts'

const PLUS = 'franceconnect-plus'

let federated: Federated
let service: TestService
beforeAll(async () => {
  federated = await startFederated({}, { plus: true })
  service = await aService(federated.guichet)
})
afterAll(() => federated.stop())

const visitor = () => makeVisitor(federated.guichet.issuer)
const testPerson = (id: string) => {
  const found = testPeople.find(one => one.id === id)
  if (!found) throw new Error(`no test person ${id}`)
  return found
}
const errorIn = ({ url }: Page) => new URL(url).searchParams.get('error')

/** A first sign-up by FranceConnect, at its first level. */
const open = async (browser: Visitor, id: string): Promise<void> => {
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
}

const acrTold = async (page: Page, verifier: string): Promise<unknown> => {
  const answer = await fetch(`${federated.guichet.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(page.url).searchParams.get('code') ?? '',
      redirect_uri: service.redirectUri,
      code_verifier: verifier,
    }),
  })
  const [, claims = ''] = ((await answer.json()) as { readonly id_token: string }).id_token.split('.')
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly acr: unknown }).acr
}

describe('a service that asks for eidas2', () => {
  it('has the person sent to the upstream that vouches for it, and is told what was reached', async () => {
    const browser = visitor()
    await open(browser, 'elodie')
    const { url, verifier } = service.request({ acr_values: 'eidas2' })
    const asked = await browser.get(url)
    expect(new URL(asked.url).searchParams.get('acr_values')).toBe('eidas2')
    // the same civil status by another upstream, whose sub is another: linked, since the session's account is verified by it
    const landed = await federated.signIn(browser, asked, { person: 'elodie' }, PLUS)
    expect(landed.url).toContain(service.redirectUri)
    expect(await acrTold(landed, verifier)).toBe('eidas2')
    const told = (mail: { readonly subject: string }) => mail.subject.includes('FranceConnect+')
    // its address is not confirmed: nobody is told of the account there
    expect(federated.guichet.mails.filter(told)).toEqual([])
  })

  it('never has the level raised by somebody else’s identity, nor the account changed', async () => {
    const browser = visitor()
    await open(browser, 'yann')
    const { url } = service.request({ acr_values: 'eidas2' })
    const landed = await federated.signIn(browser, await browser.get(url), { person: 'tiago' }, PLUS)
    expect(errorIn(landed)).toBe('unmet_authentication_requirements')
    expect(await whoIsSignedIn(browser, service)).toBe('yann@example.fr')
  })

  it('is not offered a password, which is worth less', async () => {
    const browser = visitor()
    const { url } = service.request({ acr_values: 'eidas2 eidas3' })
    await browser.get(url)
    const begun = browser.visited.find(one => /\/connexion\/[\w-]+$/.test(one))
    const page = await browser.get(`${begun}?autrement`)
    expect(page.body).toContain('Ce service demande une identité vérifiée')
    expect(page.body).toContain('FranceConnect+')
    expect(page.body).not.toContain('name="password"')
  })

  it('gets the protocol’s error for a level that nobody here vouches for', async () => {
    expect(errorIn(await visitor().get(service.request({ acr_values: 'eidas9' }).url))).toBe(
      'unmet_authentication_requirements',
    )
  })
})

describe('a service that wants the person to show again who they are', () => {
  it.each([{ prompt: 'login' }, { max_age: '0' }])('%j sends prompt=login to FranceConnect', async parameters => {
    const browser = visitor()
    const page = await browser.get(service.request(parameters).url)
    const button = /href="(\/connexion\/[\w-]+\/avec\/franceconnect)"/.exec(page.body)?.[1] ?? ''
    const away = await browser.get(federated.guichet.issuer + button)
    expect(new URL(away.url).searchParams.get('prompt')).toBe('login')
  })

  it('is answered by the account of the session alone', async () => {
    const known = testPerson('nadia')
    const person = aPerson({
      nir: known.nir.number,
      nirKey: known.nir.key,
      birthName: known.claims.family_name,
      email: 'nadia@exemple.fr',
    })
    await becomeAccount(visitor(), federated.guichet, person)
    const browser = visitor()
    await signIn(browser, federated.guichet, person)
    // an unknown identity, even of the same civil status, where the account has none that was verified
    const landed = await federated.signIn(browser, service.request({ prompt: 'login' }).url, { person: 'nadia' })
    expect(errorIn(landed)).toBe('unmet_authentication_requirements')
    expect(await whoIsSignedIn(browser, service)).toBe('nadia@exemple.fr')
  })
})

describe('a service that knows which upstream it wants', () => {
  it('has the person sent there at once by idp_hint, and to the page of sign-in by an unknown one', async () => {
    const away = await visitor().get(service.request({ idp_hint: 'franceconnect' }).url)
    expect(away.url).toContain('/api/v2/authorize?')
    const page = await visitor().get(service.request({ idp_hint: 'inconnu' }).url)
    expect(page.heading).toBe('Me connecter ou créer un compte')
  })
})
