import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, type Person, signUp } from '../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { waitFor } from '../support/wait.ts'
import { suspend } from './support/accounts.ts'
import { aService, SERVICE_ORIGIN, signIn, signInOn, type TestService, whoIsSignedIn } from './support/services.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

const browser = (headers: Readonly<Record<string, string>> = {}): Visitor => makeVisitor(guichet.issuer, headers)
const WRONG = 'Mauvais-Essai-99'
const words = (page: Page): string =>
  page.body
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
const REFUSED = "Nous n'avons pas pu vous connecter avec ce numéro et ce mot de passe."

const anAccount = async (): Promise<{ readonly person: Person; readonly own: Visitor }> => {
  const person = aPerson()
  const own = browser()
  await becomeAccount(own, guichet, person)
  return { person, own }
}

const browserAt = async (address: string): Promise<{ readonly visitor: Visitor; readonly url: string }> => {
  const visitor = browser()
  return { visitor, url: (await visitor.get(address)).url }
}

const signInAgain = async (visitor: Visitor, person: Person): Promise<Page> =>
  signInOn(visitor, await visitor.get(service.request({ prompt: 'login' }).url), person)

const tryTimes = async (visitor: Visitor, nir: string, times: number): Promise<Page> => {
  let page = await visitor.get(`${guichet.issuer}/connexion`)
  for (let n = 0; n < times; n++) page = await visitor.submit(page, { nir, password: WRONG }, 'password')
  return page
}

describe('signing in', () => {
  it('takes the number as it is typed, with spaces and its key', async () => {
    const { person } = await anAccount()
    const nir = `${person.nir.slice(0, 7)} ${person.nir.slice(7)} ${person.nirKey}`
    expect((await signIn(browser(), guichet, { ...person, nir })).body).toContain('Votre session est ouverte')
  })

  it('asks nothing anew of whom a second press led here, though that press kept the request alive', async () => {
    const page = await browserAt(service.request().url)
    const led = await page.visitor.get(`${page.url}?encore`)
    expect(led.url).toBe(`${SERVICE_ORIGIN}/`)
    expect((await page.visitor.get(page.url)).heading).toBe('Me connecter ou créer un compte')
  })

  it('takes two clicks for one: one sign-in, one mail of a new device, and nobody is told of an error', async () => {
    const { person } = await anAccount()
    const visitor = browser()
    const form = await visitor.get(service.request().url)
    const pages = await Promise.all([1, 2].map(() => signInOn(visitor, form, person)))
    for (const { url, status } of pages) {
      expect(status).toBeLessThan(400)
      expect(new URL(url).origin).toBe(SERVICE_ORIGIN)
    }
    const about = (email: string) =>
      guichet.mails.filter(({ to, subject }) => to === email && !/^Activez/.test(subject))
    await waitFor(async () => (await guichet.app.stores.jobs.count('mail')) === 0)
    expect(about(person.email)).toHaveLength(1)
  })

  it('says before any look-up that a number cannot be one', async () => {
    const visitor = browser()
    const page = await visitor.get(`${guichet.issuer}/connexion`)
    const short = await visitor.submit(page, { nir: '123', password: WRONG }, 'password')
    expect(short.faults).toEqual(['Erreur : Le numéro compte 13 caractères. Vous en avez saisi 3.'])
    const empty = await visitor.submit(short, { nir: '', password: '' }, 'password')
    expect(empty.faults).toEqual([
      'Erreur : Saisissez les 13 caractères de votre numéro de sécurité sociale.',
      'Erreur : Saisissez votre mot de passe.',
    ])
  })

  it('says the same for a wrong password and an unknown number, and keeps the number typed', async () => {
    const { person } = await anAccount()
    const wrong = await tryTimes(browser(), person.nir, 1)
    const unknown = await tryTimes(browser(), aPerson().nir, 1)
    for (const page of [wrong, unknown]) {
      expect(page.status).toBe(422)
      expect(words(page)).toContain(REFUSED)
    }
    expect(wrong.body).toContain(`value="${person.nir}"`)
    expect(wrong.body).not.toContain(WRONG)
  })

  it('takes a form from here however browsers say so, an old one or a tab restored included', async () => {
    const { person } = await anAccount()
    const said: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin', origin: 'null' },
      { 'sec-fetch-site': 'none' },
      { origin: guichet.issuer },
      { origin: 'null' },
    ]
    for (const headers of said) {
      const visitor = browser(headers)
      expect([headers, (await signIn(visitor, guichet, person)).url]).toEqual([headers, `${guichet.issuer}/`])
    }
  })

  it('leads who never activated to the mail again', async () => {
    const person = aPerson()
    await signUp(browser(), guichet, person)
    const page = await signIn(browser(), guichet, person)
    expect(words(page)).toContain(REFUSED)
    expect(page.body).toMatch(/href="\/inscription\/[^"]+\/renvoi"/)
  })

  it('tells a suspended account so, to who knows its password only', async () => {
    const { person } = await anAccount()
    await suspend(guichet, person)
    const right = await signIn(browser(), guichet, person)
    expect(right.status).toBe(403)
    expect(words(right)).toContain('Ce compte est suspendu. Contactez-nous')
    expect(words(await tryTimes(browser(), person.nir, 1))).toContain(REFUSED)
  })

  it('shows the way back to the service, which is access_denied there', async () => {
    const visitor = browser()
    const page = await visitor.get(service.request().url)
    const back = /href="(\/connexion\/[^"]+\/retour)"/.exec(page.body)?.[1] ?? ''
    const landed = await visitor.get(guichet.issuer + back)
    expect(new URL(landed.url).searchParams.get('error')).toBe('access_denied')
  })

  it('answers prompt=create for who has an account already', async () => {
    const { person } = await anAccount()
    const visitor = browser()
    const { url, verifier } = service.request({ prompt: 'create' })
    const form = await visitor.get(url)
    const path = /href="(\/connexion\/[^"]+)"/.exec(form.body)?.[1] ?? ''
    const landed = await signInOn(visitor, await visitor.get(guichet.issuer + path), person)
    expect((await service.whoCame(landed.url, verifier)).email).toBe(person.email)
  })

  it('tells of a new device by mail, and not of a known one', async () => {
    const { person, own } = await anAccount()
    const isNewDevice = (mail: { readonly subject: string }) => mail.subject.startsWith('Nouvelle connexion')
    await signIn(own, guichet, person)
    const elsewhere = browser()
    await signIn(elsewhere, guichet, person)
    await guichet.mailTo(person.email, isNewDevice)
    await signInAgain(elsewhere, person)
    const other = aPerson()
    await signUp(browser(), guichet, other)
    await guichet.mailTo(other.email)
    expect(guichet.mails.filter(mail => mail.to === person.email && isNewDevice(mail)).length).toBe(1)
  })

  it('speaks the language that the service asks for, then the one that the person chooses', async () => {
    const visitor = browser()
    const page = await visitor.get(service.request({ ui_locales: 'en-GB fr' }).url)
    expect(page.heading).toBe('Sign in or create an account')
    const french = await visitor.submit(page, { action: 'language', _language: 'fr', nir: '12' }, 'password')
    expect(french.heading).toBe('Me connecter ou créer un compte')
    expect(french.body).toContain('value="12"')
    expect((await visitor.get(service.request({ ui_locales: 'en' }).url)).heading).toBe(
      'Me connecter ou créer un compte',
    )
  })

  it('leads a second click, come too late, to the service too', async () => {
    const { person } = await anAccount()
    const visitor = browser()
    const page = await visitor.get(service.request().url)
    expect((await signInOn(visitor, page, person)).url).toContain(`${service.redirectUri}?code=`)
    expect((await signInOn(visitor, page, person)).url).toBe(service.homePage)
    expect(await whoIsSignedIn(visitor, service)).toBe(person.email)
  })

  it('goes on to the service, not to a page that expired, with the back button after it', async () => {
    const { person } = await anAccount()
    const visitor = browser()
    const page = await visitor.get(service.request().url)
    await signInOn(visitor, page, person)
    const back = await visitor.get(page.url)
    expect(back.url).toBe(service.homePage)
    const own = await visitor.get(`${guichet.issuer}/connexion`)
    expect(own.url).toBe(`${guichet.issuer}/`)
  })
})

describe('tries on one number', () => {
  it('wait from the fifth failure on, the wait announced with its hour', async () => {
    const page = await tryTimes(browser(), aPerson().nir, 6)
    expect(page.status).toBe(429)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(Number(page.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect(words(page)).toMatch(/Vous pourrez recommencer dans (1 minute|5\d secondes), à \d+ h \d\d\./)
  })

  it('count for a number written otherwise', async () => {
    const { nir, nirKey } = aPerson()
    await tryTimes(browser(), nir, 3)
    const page = await tryTimes(browser(), `${nir.slice(0, 5)} ${nir.slice(5)}${nirKey}`, 3)
    expect(page.status).toBe(429)
  })

  it('of strangers do not hinder who has signed in from their own browser', async () => {
    const { person, own } = await anAccount()
    await signIn(own, guichet, person)
    await tryTimes(browser(), person.nir, 8)
    expect((await signIn(browser(), guichet, person)).status).toBe(429)
    expect((await signInAgain(own, person)).url).toContain(service.redirectUri)
  })

  it('from their own browser have a counter of their own, which hinders nobody else', async () => {
    const { person, own } = await anAccount()
    const page = await tryTimes(own, person.nir, 6)
    expect(page.status).toBe(429)
    expect((await signIn(browser(), guichet, person)).status).toBe(200)
  })

  it('are not let through in greater number when sent at once', async () => {
    const { nir } = aPerson()
    const visitor = browser()
    const form = await visitor.get(`${guichet.issuer}/connexion`)
    const pages = await Promise.all(
      Array.from({ length: 20 }, () => visitor.submit(form, { nir, password: WRONG }, 'password')),
    )
    expect(pages.filter(({ status }) => status === 422).length).toBe(5)
    expect(pages.filter(({ status }) => status === 429).length).toBe(15)
  })

  it('are let in again after the wait, and a success forgets them', async () => {
    const aging = await startGuichet()
    try {
      const person = aPerson()
      await becomeAccount(makeVisitor(aging.issuer), aging, person)
      const visitor = makeVisitor(aging.issuer)
      const wrong = { nir: person.nir, password: WRONG }
      let page = await visitor.get(`${aging.issuer}/connexion`)
      for (let n = 0; n < 6; n++) page = await visitor.submit(page, wrong, 'password')
      expect(page.status).toBe(429)
      aging.advance(61)
      page = await visitor.submit(page, wrong, 'password')
      expect(page.status).toBe(422)
      page = await visitor.submit(page, wrong, 'password')
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(60)
      aging.advance(121)
      const home = await visitor.submit(page, { nir: person.nir, password: person.password }, 'password')
      expect(home.url).toBe(`${aging.issuer}/`)
    } finally {
      await aging.stop()
    }
  })
})

describe('tries beyond what the machine can hash', () => {
  it('are asked to come back in a moment, by a page that keeps the number', async () => {
    const busy = await startGuichet({
      GUICHET_PASSWORDS_CONCURRENCY: '1',
      GUICHET_PASSWORDS_QUEUE: '0',
      GUICHET_PASSWORDS_MEMORY: '65536',
      GUICHET_PASSWORDS_ITERATIONS: '3',
    })
    try {
      const visitors = Array.from({ length: 6 }, () => makeVisitor(busy.issuer))
      const forms = await Promise.all(visitors.map(visitor => visitor.get(`${busy.issuer}/connexion`)))
      const pages = await Promise.all(
        visitors.map((visitor, n) => {
          const form = forms[n]
          if (!form) throw new Error('a form for each')
          return visitor.submit(form, { nir: aPerson().nir, password: WRONG }, 'password')
        }),
      )
      const tried = pages.filter(({ status }) => status === 422)
      const refused = pages.filter(({ status }) => status === 503)
      expect(tried.length).toBeGreaterThanOrEqual(1)
      expect(refused.length).toBeGreaterThanOrEqual(1)
      expect(tried.length + refused.length).toBe(6)
      for (const page of refused) {
        expect(Number(page.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
        expect(words(page)).toContain('Beaucoup de personnes se connectent en ce moment.')
      }
    } finally {
      await busy.stop()
    }
  })
})

describe('tries from one network', () => {
  it('beyond the volume allowed are refused, and other networks go on', async () => {
    const strict = await startGuichet({
      GUICHET_NETWORK_SIGN_IN_CHALLENGE: '3',
      GUICHET_NETWORK_SIGN_IN_REFUSAL: '3',
      GUICHET_TRUST_PROXY: '1',
    })
    try {
      const from = (address: string) => makeVisitor(strict.issuer, { 'x-forwarded-for': address })
      const statusFrom = async (address: string) => {
        const visitor = from(address)
        const form = await visitor.get(`${strict.issuer}/connexion`)
        return (await visitor.submit(form, { nir: aPerson().nir, password: WRONG }, 'password')).status
      }
      for (let n = 0; n < 3; n++) expect(await statusFrom('192.0.2.1')).toBe(422)
      expect(await statusFrom('192.0.2.1')).toBe(429)
      expect(await statusFrom('192.0.2.2')).toBe(422)
      expect(await statusFrom('2001:db8::1')).toBe(422)
    } finally {
      await strict.stop()
    }
  })
})

describe('a session', () => {
  it('asks whether it is still the same person after five minutes, and lets them change', async () => {
    const { person } = await anAccount()
    const other = await anAccount()
    const visitor = browser()
    await signIn(visitor, guichet, person)
    const asked = await visitor.get(service.request({ prompt: 'select_account' }).url)
    expect(asked.url).toContain('/continuer')
    const { url, verifier } = service.request({ prompt: 'select_account' })
    const page = await visitor.get(url)
    const landed = await visitor.submit(page, { action: 'continue' }, 'action')
    expect((await service.whoCame(landed.url, verifier)).email).toBe(person.email)
    const second = service.request({ prompt: 'select_account' })
    const signInPage = await visitor.submit(await visitor.get(second.url), { action: 'switch' }, 'action')
    expect(signInPage.heading).toBe('Me connecter ou créer un compte')
    const changed = await signInOn(visitor, signInPage, other.person)
    expect((await service.whoCame(changed.url, second.verifier)).email).toBe(other.person.email)
    expect(await whoIsSignedIn(visitor, service)).toBe(other.person.email)
  })
})
