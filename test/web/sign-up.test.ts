import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, linkOf, signUp, signUpFields } from '../support/people.ts'
import { makeVisitor } from '../support/visitor.ts'
import { waitFor } from '../support/wait.ts'
import { claimsOf } from './support/accounts.ts'
import { aService, type TestService } from './support/services.ts'
import { plain, shownIn, signingUpAt } from './support/sign-up.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

const { browser, open } = signingUpAt(() => guichet.issuer)

describe('a sign-up sent more than once', () => {
  it('makes one account on a double click, and both see where to look', async () => {
    const visitor = browser()
    const person = aPerson()
    const form = await open(visitor)
    const clicks = [1, 2, 3].map(() => visitor.submit(form, signUpFields(person), 'birthName'))
    for (const page of await Promise.all(clicks)) expect(page.heading).toBe('Consultez votre messagerie')
    const later = await visitor.submit(form, signUpFields(person), 'birthName')
    expect(later.heading).toBe('Consultez votre messagerie')
    expect(await claimsOf(guichet, person)).toBe(1)
  })

  it('leads back to the form when there is nothing to look for', async () => {
    expect((await open(browser(), '/inscription/messagerie')).heading).toBe('Je crée mon compte')
  })
})

describe('a sign-up left open', () => {
  it('for more than a day keeps its answers, then succeeds', async () => {
    const aging = await startGuichet()
    try {
      const visitor = makeVisitor(aging.issuer)
      const person = aPerson()
      const form = await visitor.get(`${aging.issuer}/inscription`)
      aging.advance(25 * 3600)
      const page = await visitor.submit(form, signUpFields(person), 'birthName')
      expect(page.status).toBe(403)
      expect(plain(page)).toContain('Cette page était ouverte depuis longtemps.')
      expect(shownIn(page, 'nir')).toBe(person.nir)
      const { password } = person
      const done = await visitor.submit(page, { password, passwordConfirmation: password }, 'birthName')
      expect(done.heading).toBe('Consultez votre messagerie')
    } finally {
      await aging.stop()
    }
  })

  it('under another key or without the cookie it began with keeps its answers, then succeeds', async () => {
    const visitor = browser({ 'accept-language': 'fr' })
    const person = aPerson()
    const form = await open(visitor)
    visitor.cookies.delete('guichet-browser|/')
    visitor.cookies.set('guichet-language|/', 'fr')
    const page = await visitor.submit(form, signUpFields(person), 'birthName')
    expect(page.status).toBe(403)
    const { password } = person
    const done = await visitor.submit(page, { password, passwordConfirmation: password }, 'birthName')
    expect(done.heading).toBe('Consultez votre messagerie')
  })
})

describe('a sign-up begun from a service', () => {
  it('says for which one, and is answered there as soon as the account is active', async () => {
    const visitor = browser()
    const person = aPerson()
    const { url, verifier } = service.request({ prompt: 'create' })
    const form = await visitor.get(url)
    expect(form.heading).toBe('Je crée mon compte')
    expect(plain(form).replace(/\s+/g, ' ')).toContain(`Pour continuer vers ${service.name}`)
    await visitor.submit(form, signUpFields(person), 'birthName')
    const mail = await guichet.mailTo(person.email)
    const done = await visitor.submit(await visitor.get(linkOf(mail)), { action: 'activate' }, 'activate')
    const onward = /href="([^"]*\/authorize\/[^"]*)"/.exec(done.body)?.[1] ?? ''
    const landed = await visitor.get(new URL(onward, guichet.issuer).href)
    expect((await service.whoCame(landed.url, verifier)).email).toBe(person.email)
  })

  it('cancelled, is access_denied at the service; without one, the home page', async () => {
    const visitor = browser()
    const form = await visitor.get(service.request({ prompt: 'create' }).url)
    const landed = await visitor.submit(form, { action: 'cancel' }, 'birthName')
    expect(landed.url.startsWith(service.redirectUri)).toBe(true)
    expect(new URL(landed.url).searchParams.get('error')).toBe('access_denied')
    const alone = await visitor.submit(
      await open(visitor),
      { ...signUpFields(aPerson()), action: 'cancel' },
      'birthName',
    )
    expect(new URL(alone.url).pathname).toBe('/')
  })

  it('whose request is over still makes the account, and the service is remembered', async () => {
    const hour = await startGuichet({ GUICHET_LIFETIME_INTERACTION: '5 min' })
    try {
      const its = await aService(hour)
      const visitor = makeVisitor(hour.issuer)
      const person = aPerson()
      const form = await visitor.get(its.request({ prompt: 'create' }).url)
      hour.advance(600)
      const late = await visitor.get(form.url)
      expect(plain(late)).toContain('La demande du service a expiré.')
      const sent = await visitor.submit(form, signUpFields(person), 'birthName')
      expect(sent.heading).toBe('Consultez votre messagerie')
      const mail = await hour.mailTo(person.email)
      const done = await visitor.submit(await visitor.get(linkOf(mail)), { action: 'activate' }, 'activate')
      expect(done.body).toContain(`href="${its.homePage}"`)
    } finally {
      await hour.stop()
    }
  })
})

describe('sign-ups from one network', () => {
  it('beyond the volume allowed wait, their answers kept and the hour told; other networks go on', async () => {
    const strict = await startGuichet({
      GUICHET_NETWORK_SIGN_UP_CHALLENGE: '1',
      GUICHET_NETWORK_SIGN_UP_REFUSAL: '2',
      GUICHET_TRUST_PROXY: '1',
    })
    try {
      const from = async (address: string) => {
        const visitor = makeVisitor(strict.issuer, { 'x-forwarded-for': address })
        const person = aPerson()
        const form = await visitor.get(`${strict.issuer}/inscription`)
        return { person, page: await visitor.submit(form, signUpFields(person), 'birthName') }
      }
      for (let n = 0; n < 2; n++) expect((await from('192.0.2.1')).page.status).toBe(200)
      const { person, page } = await from('192.0.2.1')
      expect(page.status).toBe(429)
      expect(plain(page)).toMatch(/Vous pourrez recommencer dans .*, à \d+ h \d\d\./)
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(shownIn(page, 'nir')).toBe(person.nir)
      expect(page.body).not.toContain(person.password)
      expect((await from('192.0.2.2')).page.status).toBe(200)
    } finally {
      await strict.stop()
    }
  })
})

describe('what the operator asks for', () => {
  it('may be less: telephones, address and diploma absent are neither shown nor read', async () => {
    const less = await startGuichet({
      GUICHET_FORM_TELEPHONES: 'absent',
      GUICHET_FORM_ADDRESS: 'absent',
      GUICHET_FORM_DIPLOMA: 'absent',
    })
    try {
      const visitor = makeVisitor(less.issuer)
      const form = await visitor.get(`${less.issuer}/inscription`)
      for (const name of ['landline', 'mobile', 'postalCode', 'streetName', 'diploma', 'abroad'])
        expect(form.body).not.toContain(`name="${name}"`)
      const { mobile, houseNumber, streetType, streetName, postalCode, city, ...rest } = signUpFields(aPerson())
      expect([mobile, houseNumber, streetType, streetName, postalCode, city]).not.toContain(undefined)
      expect((await visitor.submit(form, rest, 'birthName')).heading).toBe('Consultez votre messagerie')
    } finally {
      await less.stop()
    }
  })

  it('may be optional: left empty, they are taken so; half filled in, they are questioned', async () => {
    const optional = await startGuichet({ GUICHET_FORM_TELEPHONES: 'optional', GUICHET_FORM_ADDRESS: 'optional' })
    try {
      const visitor = makeVisitor(optional.issuer)
      const form = await visitor.get(`${optional.issuer}/inscription`)
      const empty = { mobile: '', houseNumber: '', streetType: '', streetName: '', postalCode: '', city: '' }
      const half = await visitor.submit(
        form,
        { ...signUpFields(aPerson()), ...empty, postalCode: '75001' },
        'birthName',
      )
      expect(half.status).toBe(422)
      const done = await visitor.submit(form, { ...signUpFields(aPerson()), ...empty }, 'birthName')
      expect(done.heading).toBe('Consultez votre messagerie')
    } finally {
      await optional.stop()
    }
  })
})

describe('« Renvoyer le courriel », pressed twice', () => {
  it('sends one mail, and shows the same page twice', async () => {
    const visitor = makeVisitor(guichet.issuer)
    const person = aPerson()
    const page = await signUp(visitor, guichet, person)
    await guichet.mailTo(person.email)
    const press = () => visitor.submit(page, { action: 'resend' }, 'resend')
    const answers = await Promise.all([press(), press()])
    expect(answers.map(({ status, heading }) => [status, heading])).toEqual(
      Array(2).fill([200, 'Consultez votre messagerie']),
    )
    await guichet.mailTo(person.email)
    await waitFor(async () => (await guichet.app.stores.jobs.count('mail')) === 0 || undefined)
    expect(guichet.mails.filter(mail => mail.to === person.email)).toHaveLength(2)
  })
})
