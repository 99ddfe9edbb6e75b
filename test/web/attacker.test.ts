import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, signUp, signUpFields } from '../support/people.ts'
import { makeVisitor, type Visitor } from '../support/visitor.ts'
import { aService, signIn, signInOn, type TestService, whoIsSignedIn } from './support/services.ts'

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

const browser = (): Visitor => makeVisitor(guichet.issuer)
const activation = (email: string) => guichet.mailTo(email, mail => mail.subject.startsWith('Activez'))
const recovery = (email: string) => guichet.mailTo(email, mail => mail.subject === 'Votre accès à Guichet')

const askRecovery = async (visitor: Visitor, { nir, email }: { readonly nir: string; readonly email: string }) => {
  const form = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
  return visitor.submit(form, { nir, email }, 'nir')
}

/** Everything that one browser holds goes to another. */
const lend = (from: Visitor, to: Visitor, which: (name: string) => boolean = () => true): void => {
  for (const [name, value] of from.cookies) if (which(name)) to.cookies.set(name, value)
}

describe('the attacker at activation', () => {
  it('with their password on your mailbox: your click does not activate what they filled in', async () => {
    const [victim, attacker] = [browser(), browser()]
    const person = aPerson()
    await signUp(attacker, guichet, person)
    const page = await victim.get(linkOf(await activation(person.email)))
    expect(page.heading).toBe('Activez votre compte')
    expect(page.body).not.toContain(person.nir)
    expect(page.body).not.toContain(person.email)
    const clicked = await victim.submit(page, { action: 'activate' }, 'activate')
    expect(clicked.faults).toEqual(['Erreur : Saisissez votre mot de passe.'])
    const guessed = await victim.submit(clicked, { action: 'activate', password: 'Autre-Chose-11' }, 'password')
    expect(guessed.status).toBe(422)
    expect((await signIn(attacker, guichet, person)).status).toBe(422)
  })

  it("with their password on your mailbox: « Je n'ai rien demandé » erases it", async () => {
    const [victim, attacker] = [browser(), browser()]
    const person = aPerson()
    await signUp(attacker, guichet, person)
    const link = linkOf(await activation(person.email))
    const erased = await victim.submit(await victim.get(link), { action: 'disown' }, 'disown')
    expect(erased.status).toBe(200)
    const late = await attacker.get(link)
    expect(late.heading).toBe('Ce lien est incomplet')
  })

  it('with their link opened in your browser: you are signed in to nothing, even amid your own sign-up', async () => {
    const [victim, attacker] = [browser(), browser()]
    const [theirs, yours] = [aPerson(), aPerson()]
    const { url } = service.request({ prompt: 'create' })
    await victim.submit(await victim.get(url), signUpFields(yours), 'birthName')
    await signUp(attacker, guichet, theirs)
    const page = await victim.get(linkOf(await activation(theirs.email)))
    expect(page.body).toContain('name="password"')
    await victim.submit(page, { action: 'activate', password: yours.password }, 'password')
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
  })

  it('activating their own account by its password in your browser leaves you signed out', async () => {
    const [victim, attacker] = [browser(), browser()]
    const theirs = aPerson()
    await signUp(attacker, guichet, theirs)
    const page = await victim.get(linkOf(await activation(theirs.email)))
    const done = await victim.submit(page, { action: 'activate', password: theirs.password }, 'password')
    expect(done.heading).toBe('Félicitations, votre compte est créé')
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
  })

  it('lends you all their cookies and their link: what you sign up for afterwards is yours', async () => {
    const [victim, attacker] = [browser(), browser()]
    const [theirs, yours] = [aPerson(), aPerson()]
    await signUp(attacker, guichet, theirs)
    lend(attacker, victim)
    const { url, verifier } = service.request({ prompt: 'create' })
    await victim.submit(await victim.get(url), signUpFields(yours), 'birthName')
    const page = await victim.get(linkOf(await activation(yours.email)))
    const done = await victim.submit(page, { action: 'activate' }, 'activate')
    const onward = /href="([^"]*\/authorize\/[^"]*)"/.exec(done.body)?.[1] ?? ''
    const landed = await victim.get(new URL(onward, guichet.issuer).href)
    expect((await service.whoCame(landed.url, verifier)).email).toBe(yours.email)
    expect(await whoIsSignedIn(attacker, service)).toBeUndefined()
  })

  it('a mail filter that opens every link changes nothing', async () => {
    const person = aPerson()
    const visitor = browser()
    await signUp(visitor, guichet, person)
    const link = linkOf(await activation(person.email))
    for (const method of ['GET', 'HEAD']) await fetch(link, { method })
    await browser().get(link)
    expect((await signIn(browser(), guichet, person)).status).toBe(422)
    const done = await visitor.submit(await visitor.get(link), { action: 'activate' }, 'activate')
    expect(done.heading).toBe('Félicitations, votre compte est créé')
  })

  it('who signs up with your number is refused it once you hold it, and learns only to ask for help', async () => {
    const yours = aPerson()
    await becomeAccount(browser(), guichet, yours)
    const attacker = browser()
    const theirs = aPerson({ nir: yours.nir, nirKey: yours.nirKey, email: `attaquant-${yours.nir}@exemple.fr` })
    await signUp(attacker, guichet, theirs)
    const page = await attacker.get(linkOf(await activation(theirs.email)))
    const stopped = await attacker.submit(page, { action: 'activate' }, 'activate')
    expect(stopped.heading).toBe('Nous ne pouvons pas terminer votre inscription en ligne')
    expect(stopped.body).not.toContain(yours.email)
  })

  it('who signs up with your number and another password opens nothing, before nor after', async () => {
    const yours = aPerson()
    await becomeAccount(browser(), guichet, yours)
    const attacker = browser()
    const theirs = { ...yours, email: `attaquant-${yours.nir}@exemple.fr`, password: 'Attaque-Sournoise-9' }
    await signUp(attacker, guichet, theirs)
    const page = await attacker.get(linkOf(await activation(theirs.email)))
    await attacker.submit(page, { action: 'activate' }, 'activate')
    expect((await signIn(attacker, guichet, theirs)).status).toBe(422)
    expect(await whoIsSignedIn(attacker, service)).toBeUndefined()
    const you = browser()
    await signIn(you, guichet, yours)
    expect(await whoIsSignedIn(you, service)).toBe(yours.email)
  })
})

describe('the next person at a shared computer, the browser closed and opened again', () => {
  /** Closing the browser takes the cookies that have no date. */
  const reopened = (visitor: Visitor): Visitor => {
    const later = browser()
    lend(visitor, later, name => /guichet-(signUp|devices|language)\|/.test(name))
    return later
  }

  it('reads no address and corrects none, yet the person comes back without their password', async () => {
    const visitor = browser()
    const person = aPerson()
    const mailbox = await signUp(visitor, guichet, person)
    const link = linkOf(await activation(person.email))
    const next = reopened(visitor)
    const shown = await next.get(mailbox.url)
    expect(shown.heading).toBe('Je crée mon compte')
    expect(shown.body).not.toContain(person.email)
    const theirs = `suivant-${person.email}`
    await next.get(`${guichet.issuer}/aide`)
    const sent = await next.submit(mailbox, { action: 'correct', email: theirs, emailConfirmation: theirs }, 'correct')
    expect(sent.body).not.toContain(person.email)
    const back = reopened(visitor)
    const done = await back.submit(await back.get(link), { action: 'activate' }, 'activate')
    expect(done.heading).toBe('Félicitations, votre compte est créé')
  })
})

describe('the next person at a shared computer, the browser left open', () => {
  it("corrects the address to theirs in vain: activating then takes the first person's password", async () => {
    const [thief, person] = [browser(), aPerson()]
    const page = await signUp(thief, guichet, person)
    await activation(person.email)
    const theirs = aPerson().email
    const corrected = { action: 'correct', email: theirs, emailConfirmation: theirs }
    expect((await thief.submit(page, corrected, 'emailConfirmation')).body).toContain(theirs)
    const opened = await thief.get(linkOf(await activation(theirs)))
    const clicked = await thief.submit(opened, { action: 'activate' }, 'activate')
    expect(clicked.faults).toEqual(['Erreur : Saisissez votre mot de passe.'])
    const done = await thief.submit(clicked, { action: 'activate', password: person.password }, 'password')
    expect(done.heading).toBe('Félicitations, votre compte est créé')
  })

  it('is told of a mail sent again once, and of an account activated elsewhere nothing more', async () => {
    const [visitor, person] = [browser(), aPerson()]
    const page = await signUp(visitor, guichet, person)
    const link = linkOf(await activation(person.email))
    expect((await visitor.submit(page, { action: 'resend' }, 'resend')).body).toContain('Un nouveau courriel part')
    const reloaded = await visitor.get(`${guichet.issuer}/inscription/messagerie`)
    expect(reloaded.body).not.toContain('Un nouveau courriel part')
    expect((await browser().get(link)).heading).toBe('Ce lien ne sert plus')
    const telephone = browser()
    const fresh = await telephone.get(linkOf(await activation(person.email)))
    await telephone.submit(fresh, { action: 'activate', password: person.password }, 'password')
    const after = await visitor.get(`${guichet.issuer}/inscription/messagerie`)
    expect(after.heading).toBe('Me connecter ou créer un compte')
  })
})

describe('two tabs of two accounts', () => {
  it('activate each their own, whichever link was opened last', async () => {
    const shared = browser()
    const [one, other] = [aPerson(), aPerson()]
    const phone = browser()
    await signUp(phone, guichet, one)
    await signUp(phone, guichet, { ...other, password: 'Coquelicot-Rouge-77' })
    const first = await shared.get(linkOf(await activation(one.email)))
    await shared.get(linkOf(await activation(other.email)))
    const done = await shared.submit(first, { action: 'activate', password: one.password }, 'password')
    expect(done.heading).toBe('Félicitations, votre compte est créé')
    expect((await signIn(browser(), guichet, one)).status).toBe(200)
    expect((await signIn(browser(), guichet, { ...other, password: 'Coquelicot-Rouge-77' })).status).toBe(422)
  })

  it('recover each their own: the new password goes to the tab that it was typed in', async () => {
    const [one, other] = [aPerson(), aPerson()]
    await becomeAccount(browser(), guichet, one)
    await becomeAccount(browser(), guichet, other)
    const shared = browser()
    await askRecovery(shared, one)
    const first = await shared.get(linkOf(await recovery(one.email)))
    await askRecovery(shared, other)
    await shared.get(linkOf(await recovery(other.email)))
    const password = 'Coquelicot-Rouge-77'
    const done = await shared.submit(first, { password, passwordConfirmation: password }, 'password')
    expect(done.heading).toBe('Votre mot de passe est changé')
    expect((await signIn(browser(), guichet, { ...one, password })).status).toBe(200)
    expect((await signIn(browser(), guichet, { ...other, password })).status).toBe(422)
    expect((await signIn(browser(), guichet, other)).status).toBe(200)
  })

  it('correct each their own address: the other sign-up keeps its own', async () => {
    const shared = browser()
    const [one, other] = [aPerson(), aPerson({ password: 'Coquelicot-Rouge-77' })]
    const first = await signUp(shared, guichet, one)
    await activation(one.email)
    await signUp(shared, guichet, other)
    const theirs = await activation(other.email)
    const email = `corrige-${one.email}`
    await shared.submit(first, { action: 'correct', email, emailConfirmation: email }, 'correct')
    const mine = browser()
    const page = await mine.get(linkOf(await activation(email)))
    await mine.submit(page, { action: 'activate', password: one.password }, 'password')
    await signIn(mine, guichet, one)
    expect(await whoIsSignedIn(mine, service)).toBe(email)
    const done = await shared.submit(await shared.get(linkOf(theirs)), { action: 'activate' }, 'activate')
    expect(done.heading).toBe('Félicitations, votre compte est créé')
    await signIn(shared, guichet, other)
    expect(await whoIsSignedIn(shared, service)).toBe(other.email)
  })

  it('sign in each to their own request of a service, and the last one is who is signed in', async () => {
    const shared = browser()
    const [one, other] = [aPerson(), aPerson()]
    await becomeAccount(browser(), guichet, one)
    await becomeAccount(browser(), guichet, other)
    const [first, second] = [service.request(), service.request()]
    const tab1 = await shared.get(first.url)
    const tab2 = await shared.get(second.url)
    const landed1 = await signInOn(shared, tab1, one)
    expect((await service.whoCame(landed1.url, first.verifier)).email).toBe(one.email)
    const landed2 = await signInOn(shared, tab2, other)
    expect((await service.whoCame(landed2.url, second.verifier)).email).toBe(other.email)
    expect(await whoIsSignedIn(shared, service)).toBe(other.email)
  })
})

describe('the attacker at sign-in', () => {
  it('finds no use in a session fixed beforehand: signing in makes another', async () => {
    const [victim, attacker] = [browser(), browser()]
    const person = aPerson()
    await becomeAccount(browser(), guichet, person)
    await attacker.get(service.request().url)
    lend(attacker, victim)
    const before = new Map(victim.cookies)
    await signIn(victim, guichet, person)
    expect(await whoIsSignedIn(victim, service)).toBe(person.email)
    expect(await whoIsSignedIn(attacker, service)).toBeUndefined()
    const session = [...victim.cookies].filter(([name]) => name.includes('session'))
    expect(session.length).toBeGreaterThan(0)
    for (const [name, value] of session) expect(before.get(name)).not.toBe(value)
  })

  it('finds no use in a session taken before somebody signed in again in that browser', async () => {
    const [victim, thief] = [browser(), browser()]
    const [one, other] = [aPerson(), aPerson()]
    await becomeAccount(browser(), guichet, one)
    await becomeAccount(browser(), guichet, other)
    await signIn(victim, guichet, one)
    lend(victim, thief)
    const { url } = service.request({ prompt: 'login' })
    await signInOn(victim, await victim.get(url), other)
    expect(await whoIsSignedIn(thief, service)).toBeUndefined()
    expect(await whoIsSignedIn(victim, service)).toBe(other.email)
  })

  it('cannot have you finish the request that they began: its address opens nothing in your browser', async () => {
    const [victim, attacker] = [browser(), browser()]
    const person = aPerson()
    await becomeAccount(victim, guichet, person)
    const theirs = await attacker.get(service.request().url)
    const shown = await victim.get(theirs.url)
    expect(shown.heading).toBe('Cette étape est terminée')
    const sent = await signInOn(victim, { ...theirs, url: theirs.url }, person)
    expect(sent.status).toBeGreaterThanOrEqual(400)
    expect(await whoIsSignedIn(attacker, service)).toBeUndefined()
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
  })

  it('cannot finish the request that you began, nor with its address nor with its form', async () => {
    const [victim, attacker] = [browser(), browser()]
    const theirs = aPerson()
    await becomeAccount(attacker, guichet, theirs)
    const { url } = service.request()
    const yours = await victim.get(url)
    expect((await attacker.get(yours.url)).heading).toBe('Cette étape est terminée')
    await signInOn(attacker, yours, theirs)
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
    expect((await victim.get(yours.url)).heading).toBe('Me connecter ou créer un compte')
  })

  it('cannot sign you in to their account from another site', async () => {
    const [victim, attacker] = [browser(), browser()]
    const theirs = aPerson()
    await becomeAccount(attacker, guichet, theirs)
    const page = await victim.get(service.request().url)
    const forged = { nir: theirs.nir, password: theirs.password }
    const from: readonly Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://attaquant.example' },
      { origin: 'http://localhost:1' },
    ]
    for (const headers of from) {
      const refused = await victim.post(page.url, forged, headers)
      expect(refused.status).toBe(403)
      expect(refused.body).toContain('CROSS_SITE')
    }
    expect((await victim.post(page.url, forged)).status).toBe(403)
    expect((await victim.post(page.url, forged, { 'sec-fetch-site': 'none' })).status).toBe(403)
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
  })

  it('cannot use the token of a form of their own browser in yours, nor that of another form', async () => {
    const [victim, attacker] = [browser(), browser()]
    const theirs = aPerson()
    await becomeAccount(attacker, guichet, theirs)
    const tokenOf = (body: string) => /name="_token" value="([^"]+)"/.exec(body)?.[1] ?? ''
    const page = await victim.get(service.request().url)
    const otherBrowser = tokenOf((await attacker.get(service.request().url)).body)
    const otherForm = tokenOf((await victim.get(`${guichet.issuer}/inscription`)).body)
    expect(otherBrowser).not.toBe('')
    for (const _token of [otherBrowser, otherForm, '', 'x'.repeat(500)]) {
      const { nir, password } = theirs
      const refused = await victim.post(page.url, { nir, password, _token })
      expect(refused.status).toBe(403)
      expect(refused.heading).toBe('Me connecter ou créer un compte')
    }
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
  })

  it('with cookies of two browsers mixed, one at a time, never is somebody else', async () => {
    const [one, other] = [aPerson(), aPerson()]
    const [theirs, yours] = [browser(), browser()]
    await becomeAccount(theirs, guichet, one)
    await becomeAccount(yours, guichet, other)
    await signIn(theirs, guichet, one)
    await signIn(yours, guichet, other)
    const all = [...new Set([...theirs.cookies.keys(), ...yours.cookies.keys()])]
    const notSession = all.filter(name => !name.includes('_session'))
    expect(notSession.length).toBeLessThan(all.length)
    for (const name of notSession) {
      const mixed = browser()
      lend(yours, mixed)
      lend(theirs, mixed, cookie => cookie === name)
      expect([undefined, other.email]).toContain(await whoIsSignedIn(mixed, service))
    }
  })

  it('cuts and changes cookies in vain: never a fault, never a session', async () => {
    const person = aPerson()
    const visitor = browser()
    await becomeAccount(visitor, guichet, person)
    await signIn(visitor, guichet, person)
    for (const [name, value] of [...visitor.cookies]) {
      for (const changed of [value.slice(0, -3), `${value}x`, value.split('').reverse().join(''), 'x', '"{}"']) {
        const tampered = browser()
        lend(visitor, tampered)
        tampered.cookies.set(name, changed)
        const home = await tampered.get(`${guichet.issuer}/`)
        expect(home.status).toBe(200)
        if (/_session(\.sig)?\|/.test(name)) expect(home.body).not.toContain('Votre session est ouverte')
      }
    }
  })
})

describe('the attacker at recovery', () => {
  it('with their link opened in your browser: your new password is theirs at most, and you are signed in to nothing', async () => {
    const [theirs, yours] = [aPerson(), aPerson()]
    await becomeAccount(browser(), guichet, theirs)
    await becomeAccount(browser(), guichet, yours)
    await askRecovery(browser(), theirs)
    const victim = browser()
    await victim.get(linkOf(await recovery(theirs.email)))
    expect(await whoIsSignedIn(victim, service)).toBeUndefined()
    expect((await signIn(browser(), guichet, yours)).status).toBe(200)
  })

  it('asks for your number with their address, or their number with yours: no mail leaves for them', async () => {
    const [theirs, yours] = [aPerson(), aPerson()]
    await becomeAccount(browser(), guichet, theirs)
    await becomeAccount(browser(), guichet, yours)
    const attacker = browser()
    const before = guichet.mails.length
    await askRecovery(attacker, { nir: yours.nir, email: theirs.email })
    await askRecovery(attacker, { nir: theirs.nir, email: yours.email })
    const control = aPerson()
    await signUp(attacker, guichet, control) // its mail comes after theirs would have
    await guichet.mailTo(control.email)
    expect(guichet.mails.slice(before).map(mail => mail.to)).toEqual([control.email])
  })

  it('a link is worth one change, and none once the password has changed', async () => {
    const person = aPerson()
    await becomeAccount(browser(), guichet, person)
    const visitor = browser()
    await askRecovery(visitor, person)
    const link = linkOf(await recovery(person.email))
    const page = await visitor.get(link)
    const password = 'Coquelicot-Rouge-77'
    await visitor.submit(page, { password, passwordConfirmation: password }, 'password')
    const thief = browser()
    expect((await thief.get(link)).heading).toBe('Ce lien a déjà servi')
    const twice = await visitor.submit(page, { password: 'Autre-Chose-11', passwordConfirmation: 'Autre-Chose-11' })
    expect(twice.heading).toBe('Ce lien a déjà servi')
    expect((await signIn(browser(), guichet, { ...person, password })).status).toBe(200)
  })

  it('ends the sessions of whoever had your password', async () => {
    const person = aPerson()
    await becomeAccount(browser(), guichet, person)
    const thief = browser()
    await signIn(thief, guichet, person)
    expect(await whoIsSignedIn(thief, service)).toBe(person.email)
    const you = browser()
    await askRecovery(you, person)
    const password = 'Coquelicot-Rouge-77'
    const page = await you.get(linkOf(await recovery(person.email)))
    await you.submit(page, { password, passwordConfirmation: password }, 'password')
    expect(await whoIsSignedIn(thief, service)).toBeUndefined()
    expect((await thief.get(`${guichet.issuer}/`)).body).not.toContain('Votre session est ouverte')
    expect(await whoIsSignedIn(you, service)).toBeUndefined()
  })
})
