import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, type Person, signUpFields } from '../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { claimsOf } from './support/accounts.ts'

let guichet: Guichet
beforeAll(async () => {
  guichet = await startGuichet({
    GUICHET_CHALLENGE: 'picture',
    GUICHET_TRUST_PROXY: '1',
    GUICHET_NETWORK_SIGN_IN_CHALLENGE: '2',
  })
})
afterAll(() => guichet.stop())

let networks = 0
/** Each visitor comes from a network of their own. */
const browser = (): Visitor => {
  networks += 1
  return makeVisitor(guichet.issuer, { 'x-forwarded-for': `198.51.${networks >> 8}.${networks & 255}` })
}

const idOn = (page: Page): string => /name="challengeId" value="([^"]+)"/.exec(page.body)?.[1] ?? ''

/** The answer to the control shown on a page, as only the store knows it. */
const answerOn = async (page: Page): Promise<string> => {
  const record = (await guichet.app.stores.records.get('challenge', idOn(page))) as
    | { readonly answer: string }
    | undefined
  if (!record) throw new Error('this page shows no open control')
  return record.answer
}
const wrongOn = async (page: Page): Promise<string> => ((await answerOn(page)) === '1' ? '2' : '1')

const formOf = (visitor: Visitor): Promise<Page> => visitor.get(`${guichet.issuer}/inscription`)
const sent = async (visitor: Visitor, page: Page, person: Person, challenge: string, more = {}): Promise<Page> =>
  visitor.submit(page, { ...signUpFields(person), challenge, ...more }, 'birthName')
const right = async (visitor: Visitor, page: Page, person: Person, more = {}): Promise<Page> =>
  sent(visitor, page, person, await answerOn(page), more)
const passwordsOf = ({ password }: Person) => ({ password, passwordConfirmation: password })

const faultsOf = (page: Page): readonly string[] => page.faults.map(text => text.replace('Erreur : ', ''))

describe('the control of the sign-up form', () => {
  it('passed at once lets the sign-up through', async () => {
    const visitor = browser()
    expect((await right(visitor, await formOf(visitor), aPerson())).heading).toBe('Consultez votre messagerie')
  })

  it('unanswered asks for a picture; answered wrongly draws another, and keeps the answers', async () => {
    const visitor = browser()
    const person = aPerson()
    const form = await formOf(visitor)
    const none = await sent(visitor, form, person, '')
    expect(faultsOf(none)).toContain('Choisissez une image, ou la version sonore.')
    const wrong = await sent(visitor, none, person, await wrongOn(none))
    expect(faultsOf(wrong)).toContain("Ce n'était pas cette image. Voici un nouveau contrôle.")
    expect(idOn(wrong)).not.toBe(idOn(none))
    expect(wrong.body).toContain(`value="${person.nir}"`)
    expect((await right(visitor, wrong, person)).heading).toBe('Consultez votre messagerie')
  })

  it('answered a second time counts for nothing, right as it may be', async () => {
    const visitor = browser()
    const person = aPerson()
    const form = await formOf(visitor)
    const answer = await answerOn(form)
    await sent(visitor, form, person, await wrongOn(form))
    const again = await sent(visitor, form, person, answer)
    expect(faultsOf(again)).toContain(
      'Le contrôle de sécurité a expiré. En voici un nouveau ; vos autres réponses sont gardées.',
    )
    expect(await claimsOf(guichet, person)).toBe(0)
  })

  it('shown on one form is worth nothing on another', async () => {
    const visitor = browser()
    const person = aPerson()
    const [first, second] = [await formOf(visitor), await formOf(visitor)]
    const borrowed = await sent(visitor, second, person, await answerOn(first), { challengeId: idOn(first) })
    expect(borrowed.status).toBe(422)
    expect(await claimsOf(guichet, person)).toBe(0)
  })

  it('passed is not asked for again while other answers are mended', async () => {
    const visitor = browser()
    const person = aPerson()
    const page = await right(visitor, await formOf(visitor), person, { nirKey: '' })
    expect(page.body).toContain('Contrôle de sécurité réussi')
    expect(idOn(page)).toBe('')
    const done = await visitor.submit(page, { nirKey: person.nirKey, ...passwordsOf(person) }, 'birthName')
    expect(done.heading).toBe('Consultez votre messagerie')
  })

  it('is spent by the sign-up: the same form opens no second account', async () => {
    const visitor = browser()
    const [person, other] = [aPerson(), aPerson()]
    const form = await formOf(visitor)
    const answer = await answerOn(form)
    await sent(visitor, form, person, answer)
    const twice = await sent(visitor, form, other, answer)
    expect(twice.status).toBe(422)
    expect(await claimsOf(guichet, other)).toBe(0)
  })

  it('opens one account however many are sent at once', async () => {
    const visitor = browser()
    const people = [1, 2, 3, 4, 5].map(() => aPerson())
    const page = await right(visitor, await formOf(visitor), people[0] ?? aPerson(), { nirKey: '' })
    await Promise.all(people.map(person => visitor.submit(page, signUpFields(person), 'birthName')))
    const claims = await Promise.all(people.map(person => claimsOf(guichet, person)))
    expect(claims.reduce((sum, n) => sum + n, 0)).toBe(1)
  })

  it('is drawn anew on request, and its former picture is gone from the form', async () => {
    const visitor = browser()
    const person = aPerson()
    const form = await formOf(visitor)
    const renewed = await sent(visitor, form, person, '', { action: 'renew' })
    expect(renewed.status).toBe(200)
    expect(renewed.faults).toEqual([])
    expect(idOn(renewed)).not.toBe(idOn(form))
    expect((await right(visitor, renewed, person)).heading).toBe('Consultez votre messagerie')
  })

  it('has an audible version: a recording, and its digits typed with spaces', async () => {
    const visitor = browser()
    const person = aPerson()
    const page = await sent(visitor, await formOf(visitor), person, '', { action: 'audio' })
    const source = /<audio[^>]*src="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const recording = await fetch(new URL(source, guichet.issuer))
    expect(recording.headers.get('content-type')).toBe('audio/wav')
    expect(recording.headers.get('cache-control')).toBe('no-store')
    const digits = await answerOn(page)
    const missed = await sent(visitor, page, person, '000000')
    expect(faultsOf(missed)).toContain("Ce n'étaient pas ces chiffres. Voici un nouvel enregistrement.")
    expect(digits).toMatch(/^\d+$/)
    const heard = (await answerOn(missed)).split('').join(' ')
    expect((await sent(visitor, missed, person, heard)).heading).toBe('Consultez votre messagerie')
  })

  it('goes back from sounds to pictures', async () => {
    const visitor = browser()
    const page = await sent(visitor, await formOf(visitor), aPerson(), '', { action: 'audio' })
    const back = await visitor.submit(page, { action: 'picture' }, 'birthName')
    expect(back.body).toContain('name="challengeMode" value="picture"')
  })

  it('takes two pictures when the number was claimed often, for each account', async () => {
    const person = aPerson()
    for (let n = 0; n < 3; n++) {
      const visitor = browser()
      expect((await right(visitor, await formOf(visitor), person)).heading).toBe('Consultez votre messagerie')
    }
    const visitor = browser()
    const first = await right(visitor, await formOf(visitor), person)
    expect(faultsOf(first)).toContain("C'est cette image. Voici la suivante.")
    const second = await right(visitor, first, person)
    expect(second.heading).toBe('Consultez votre messagerie')
    const renewed = await sent(visitor, first, person, '', { action: 'renew' })
    const again = await right(visitor, renewed, person)
    expect(faultsOf(again)).toContain("C'est cette image. Voici la suivante.")
  })

  it('shows pictures that no cache keeps, and none that does not exist', async () => {
    const visitor = browser()
    const id = idOn(await formOf(visitor))
    const picture = await fetch(`${guichet.issuer}/controle/${id}/1.png`)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(picture.headers.get('cache-control')).toBe('no-store')
    for (const path of [`${id}/0.png`, `${id}/6.png`, `${id}/x.png`, `${id}.wav`, 'inconnu/1.png', 'inconnu.wav'])
      expect((await fetch(`${guichet.issuer}/controle/${path}`)).status).toBe(404)
  })
})

describe('the control of a network that signs up a lot', () => {
  it('takes two pictures, for whoever comes from there', async () => {
    const crowded = await startGuichet({ GUICHET_CHALLENGE: 'picture', GUICHET_NETWORK_SIGN_UP_CHALLENGE: '1' })
    const answered = async (page: Page): Promise<string> => {
      const record = await crowded.app.stores.records.get('challenge', idOn(page))
      return (record as { readonly answer: string }).answer
    }
    const signUpOnce = async (): Promise<Page> => {
      const visitor = makeVisitor(crowded.issuer)
      const person = aPerson()
      const form = await visitor.get(`${crowded.issuer}/inscription`)
      const first = await visitor.submit(
        form,
        { ...signUpFields(person), challenge: await answered(form) },
        'birthName',
      )
      if (first.status === 200) return first
      expect(faultsOf(first)).toContain("C'est cette image. Voici la suivante.")
      const challenge = await answered(first)
      await visitor.submit(first, { ...passwordsOf(person), challenge }, 'birthName')
      return first
    }
    try {
      expect([(await signUpOnce()).status, (await signUpOnce()).status]).toEqual([200, 200])
      expect((await signUpOnce()).status).toBe(422)
    } finally {
      await crowded.stop()
    }
  })
})

describe('the control expires', () => {
  it('and is renewed with every answer kept', async () => {
    const aging = await startGuichet({ GUICHET_CHALLENGE: 'picture' })
    try {
      const visitor = makeVisitor(aging.issuer)
      const person = aPerson()
      const form = await visitor.get(`${aging.issuer}/inscription`)
      aging.advance(11 * 60)
      const page = await visitor.submit(form, { ...signUpFields(person), challenge: '1' }, 'birthName')
      expect(faultsOf(page)).toContain(
        'Le contrôle de sécurité a expiré. En voici un nouveau ; vos autres réponses sont gardées.',
      )
      expect(page.body).toContain(`value="${person.nir}"`)
      expect(idOn(page)).not.toBe('')
    } finally {
      await aging.stop()
    }
  })
})

describe('the control elsewhere', () => {
  it('stands before recovery, one pass for one request', async () => {
    const visitor = browser()
    const { nir, email } = aPerson()
    const form = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
    const without = await visitor.submit(form, { nir, email }, 'nir')
    expect(without.status).toBe(422)
    const done = await visitor.submit(without, { nir, email, challenge: await answerOn(without) }, 'nir')
    expect(done.heading).toContain('consultez votre messagerie')
    expect((await visitor.submit(without, { nir, email }, 'nir')).status).toBe(422)
    const twice = await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`)
    const answers = { nir, email, challenge: await answerOn(twice) }
    const clicks = await Promise.all([1, 2].map(() => visitor.submit(twice, answers, 'nir')))
    for (const { heading } of clicks) expect(heading).toContain('consultez votre messagerie')
  })

  it('is asked for at sign-in beyond the tries of a network, and each try then costs one', async () => {
    const visitor = browser()
    const { nir } = aPerson()
    const wrong = { nir, password: 'Mauvais-Essai-99' }
    let page = await visitor.get(`${guichet.issuer}/connexion`)
    expect(idOn(page)).toBe('')
    for (let n = 0; n < 3; n++) page = await visitor.submit(page, wrong, 'password')
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(idOn(page)).not.toBe('')
    expect(page.body).not.toContain('pas pu vous connecter')
    const tried = await visitor.submit(page, { ...wrong, challenge: await answerOn(page) }, 'password')
    expect(tried.body).toContain('pas pu vous connecter avec ce numéro et ce mot de passe')
    const free = await visitor.submit(tried, wrong, 'password')
    expect(faultsOf(free)).toEqual(['Choisissez une image, ou la version sonore.'])
    const elsewhere = browser()
    const other = await elsewhere.submit(await elsewhere.get(`${guichet.issuer}/connexion`), wrong, 'password')
    expect(idOn(other)).toBe('')
  })
})
