import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, linkOf, signUp, signUpFields } from '../support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { waitFor } from '../support/wait.ts'
import { claimsOf } from './support/accounts.ts'
import { aService, type TestService } from './support/services.ts'

const INNER_SPACE = /[\u00a0\u202f]/g
const said = (page: Page): readonly string[] => page.faults.map(text => text.replace(INNER_SPACE, ' '))
const plain = (page: Page): string =>
  page.body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')

/** The value that the field of this name holds on a page. */
const shownIn = (page: Page, name: string): string | undefined => {
  const input = new RegExp(`<input\\b[^>]*\\sname="${name}"[^>]*>`).exec(page.body)?.[0]
  if (input) return /\svalue="([^"]*)"/.exec(input)?.[1] ?? ''
  const select = new RegExp(`<select\\b[^>]*\\sname="${name}"[^>]*>([\\s\\S]*?)</select>`).exec(page.body)?.[1]
  return select && /<option value="([^"]*)" selected/.exec(select)?.[1]
}

let guichet: Guichet
let service: TestService
beforeAll(async () => {
  guichet = await startGuichet()
  service = await aService(guichet)
})
afterAll(() => guichet.stop())

const browser = (headers: Readonly<Record<string, string>> = {}): Visitor => makeVisitor(guichet.issuer, headers)
const open = (visitor: Visitor, path = '/inscription'): Promise<Page> => visitor.get(`${guichet.issuer}${path}`)

/** The form sent with these answers in the place of right ones. */
const send = async (
  changed: Readonly<Record<string, string>>,
  { headers = {}, without = [] }: { headers?: Readonly<Record<string, string>>; without?: readonly string[] } = {},
) => {
  const visitor = browser(headers)
  const person = aPerson()
  const fields: Record<string, string> = { ...signUpFields(person), ...changed }
  for (const name of without) delete fields[name]
  return { visitor, person, page: await visitor.submit(await open(visitor), fields, 'birthName') }
}

const AGAIN = 'Erreur : Par sécurité, saisissez à nouveau votre mot de passe.'
const long = (n: number) => 'a'.repeat(n)

describe('each answer of the sign-up form that cannot be taken', () => {
  const french: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ birthName: '' }, 'Saisissez votre nom de naissance.'],
    [
      { birthName: 'Martin2' },
      "Le nom de naissance s'écrit avec des lettres, des espaces, des traits d'union et des apostrophes. Retirez les autres signes.",
    ],
    [{ nir: '' }, 'Saisissez les 13 caractères de votre numéro de sécurité sociale.'],
    [{ nir: '100019999900' }, 'Le numéro compte 13 caractères, puis 2 chiffres pour la clé. Vous en avez saisi 12.'],
    [{ nir: '9000199999006' }, "Vérifiez, dans le numéro, le 1er chiffre (sexe) : cette valeur n'existe pas."],
    [
      { nir: '1001399999006' },
      "Vérifiez, dans le numéro, les chiffres 4 et 5 (mois de naissance) : cette valeur n'existe pas.",
    ],
    [
      { nir: '1000100999006' },
      "Vérifiez, dans le numéro, les caractères 6 à 10 (lieu de naissance) : cette valeur n'existe pas.",
    ],
    [{ nir: '1000199999000' }, "Vérifiez, dans le numéro, les chiffres 11 à 13 (ordre) : cette valeur n'existe pas."],
    [{ nir: '1000C99999006' }, 'Le numéro ne contient que des chiffres, sauf A ou B en 7e place pour la Corse.'],
    [{ nirKey: '' }, 'Saisissez la clé : les 2 chiffres après le numéro.'],
    [{ nir: '1000199999006', nirKey: '07' }, 'Le numéro et la clé ne vont pas ensemble. Vérifiez les 15 caractères.'],
    [{ nir: '2690549588157', nirKey: '80' }, "Ce numéro est celui d'une carte d'exemple. Saisissez le vôtre."],
    [{ mobile: '' }, 'Saisissez un numéro de téléphone, fixe ou mobile.'],
    [
      { mobile: '06 39' },
      "Vérifiez ce numéro de téléphone. Exemple : 06 39 98 12 34 ; hors de France, commencez par + et l'indicatif.",
    ],
    [
      { mobile: '06 39 98 12 34', landline: '06 39 98 12 35' },
      "Ce numéro est celui d'un mobile. Saisissez-le dans « Téléphone mobile ».",
    ],
    [
      { mobile: '01 99 00 12 34', landline: '01 99 00 12 35' },
      "Ce numéro est celui d'un fixe. Saisissez-le dans « Téléphone fixe ».",
    ],
    [{ email: '' }, 'Saisissez votre courriel personnel.'],
    [
      { email: 'camille.exemple.fr' },
      "Le courriel s'écrit avec un @ et un nom de domaine, par exemple camille@exemple.fr.",
    ],
    [{ emailConfirmation: 'autre@exemple.fr' }, 'Les deux adresses sont différentes. Vérifiez-les.'],
    [{ streetName: '' }, 'Saisissez le libellé de la voie ou le lieu-dit.'],
    [
      { houseNumber: '12 bis' },
      'Le numéro de voie ne contient que des chiffres. Choisissez bis, ter ou une lettre dans « Indice de répétition ».',
    ],
    [
      { addressComplement: long(40) },
      "Cette ligne compte 40 caractères ; une ligne d'adresse en a 38 au plus. Abrégez-la.",
    ],
    [{ postalCode: '' }, 'Saisissez les 5 chiffres du code postal.'],
    [{ city: '' }, 'Choisissez ou saisissez votre ville.'],
    [{ streetType: 'INCONNUE' }, 'Choisissez une réponse de la liste.'],
    [{ repetitionIndex: 'zz' }, 'Choisissez une réponse de la liste.'],
    [{ diploma: 'INCONNU' }, 'Choisissez une réponse de la liste.'],
    [{ abroad: 'on', addressLine1: '', country: 'BE' }, 'Saisissez votre adresse.'],
    [{ abroad: 'on', addressLine1: 'Rue Haute 1', country: '' }, 'Choisissez votre pays.'],
    [{ password: '', passwordConfirmation: '' }, 'Choisissez un mot de passe.'],
    [
      { password: 'tournesol', passwordConfirmation: 'tournesol' },
      'Il manque à votre mot de passe : 1 majuscule, 1 chiffre.',
    ],
    [
      { password: 'Password1', passwordConfirmation: 'Password1' },
      'Ce mot de passe est trop courant pour vous protéger. Choisissez-en un autre, par exemple plusieurs mots à la suite.',
    ],
    [
      { password: 'Dupontel-Fictif-1', passwordConfirmation: 'Dupontel-Fictif-1', birthName: 'Dupontel' },
      'Ce mot de passe contient votre nom, votre courriel ou votre numéro. Choisissez-en un autre.',
    ],
    [
      { password: `Aa1${long(254)}`, passwordConfirmation: `Aa1${long(254)}` },
      'Ce mot de passe est trop long. Raccourcissez-le.',
    ],
    [{ passwordConfirmation: 'Autre-Chose-11' }, 'Les deux mots de passe sont différents. Saisissez-les à nouveau.'],
    [{ acceptTerms: '' }, "Pour créer un compte, acceptez les conditions générales d'utilisation."],
  ]

  it.each(french)('%j: « %s »', async (changed, words) => {
    const { page } = await send(changed)
    expect(page.status).toBe(422)
    const ofPassword = Object.keys(changed).some(name => name.startsWith('password'))
    const expected = ofPassword ? [`Erreur : ${words}`] : [`Erreur : ${words}`, AGAIN]
    expect([...said(page)].sort()).toEqual(expected.sort())
    expect(plain(page).replace(INNER_SPACE, ' ')).toContain(
      `Il y a ${expected.length} point${expected.length > 1 ? 's' : ''} à revoir`,
    )
    expect(page.body).toMatch(/<title>Erreur/)
  })

  const english: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ birthName: '' }, 'Enter your birth name.'],
    [{ nir: '100019999900' }, 'The number has 13 characters, then 2 digits for the key. You entered 12.'],
    [{ mobile: '' }, 'Enter a telephone number, landline or mobile.'],
    [
      { password: 'tournesol', passwordConfirmation: 'tournesol' },
      'Your password still needs: 1 upper case letter, 1 digit.',
    ],
    [{ city: 'Lyon' }, 'We cannot find this town with this postcode. If they are right, send the form again.'],
  ]

  it.each(english)('%j in English: “%s”', async (changed, words) => {
    const { page } = await send(changed, { headers: { 'accept-language': 'en-GB,en' } })
    expect(said(page)).toContain(`Error: ${words}`)
  })

  it('are all told at once, in the order of the form', async () => {
    const { page } = await send({ birthName: '', nirKey: '', mobile: '', email: '', postalCode: '', acceptTerms: '' })
    expect(said(page)).toEqual([
      'Erreur : Saisissez votre nom de naissance.',
      'Erreur : Saisissez la clé : les 2 chiffres après le numéro.',
      'Erreur : Saisissez un numéro de téléphone, fixe ou mobile.',
      'Erreur : Saisissez votre courriel personnel.',
      'Erreur : Saisissez les 5 chiffres du code postal.',
      AGAIN,
      "Erreur : Pour créer un compte, acceptez les conditions générales d'utilisation.",
    ])
  })
})

describe('the sign-up form that comes back', () => {
  it('keeps every answer but passwords', async () => {
    const answers = {
      landline: '01 99 00 12 34',
      repetitionIndex: 'bis',
      addressComplement: 'Bâtiment « B »',
      locality: 'Les <Hauts>',
      diploma: '5',
    }
    const { page, person } = await send({ ...answers, birthName: '' })
    const fields = { ...signUpFields(person), ...answers }
    for (const [name, value] of Object.entries(fields)) {
      if (
        ['password', 'passwordConfirmation', 'birthName', 'create-account', 'acceptTerms', 'diploma', 'city'].includes(
          name,
        )
      )
        continue
      expect([name, shownIn(page, name)]).toEqual([name, value.replace('<', '&lt;').replace('>', '&gt;')])
    }
    expect(page.body).toMatch(/name="acceptTerms"[^>]*checked/)
    expect(shownIn(page, 'password')).toBe('')
    expect(shownIn(page, 'passwordConfirmation')).toBe('')
    expect(page.body).not.toContain(person.password)
  })

  it('succeeds at the second sending, its token renewed', async () => {
    const { visitor, page, person } = await send({ nirKey: '' })
    const { nirKey, password } = person
    const done = await visitor.submit(page, { nirKey, password, passwordConfirmation: password }, 'nirKey')
    expect(done.heading).toBe('Consultez votre messagerie')
  })

  it('moves a telephone of the other kind to its field, and says so', async () => {
    const { page } = await send({ landline: '06 39 98 12 34', mobile: '', birthName: '' })
    expect([shownIn(page, 'landline'), shownIn(page, 'mobile')]).toEqual(['', '06 39 98 12 34'])
    expect(plain(page)).toContain("Le numéro saisi comme fixe est celui d'un mobile.")
    const back = await send({ mobile: '01 99 00 12 34', birthName: '' })
    expect([shownIn(back.page, 'landline'), shownIn(back.page, 'mobile')]).toEqual(['01 99 00 12 34', ''])
  })

  it('questions a town that does not fit its postcode once, then takes it', async () => {
    const { visitor, page, person } = await send({ postalCode: '75001', city: 'Lyon' })
    expect(said(page)).toEqual([
      "Erreur : Nous ne trouvons pas cette ville avec ce code postal. S'ils sont justes, envoyez le formulaire à nouveau.",
      AGAIN,
    ])
    const { password } = person
    const done = await visitor.submit(page, { password, passwordConfirmation: password }, 'city')
    expect(done.heading).toBe('Consultez votre messagerie')
  })

  it('questions another town anew, and takes an unknown postcode (CEDEX) the second time', async () => {
    const { visitor, page, person } = await send({ postalCode: '75999', city: 'Paris Cedex' })
    expect(said(page).join()).toContain('Nous ne trouvons pas cette ville')
    const { password } = person
    const passwords = { password, passwordConfirmation: password }
    const other = await visitor.submit(page, { ...passwords, city: 'Lyon Cedex' }, 'city')
    expect(said(other).join()).toContain('Nous ne trouvons pas cette ville')
    const done = await visitor.submit(other, passwords, 'city')
    expect(done.heading).toBe('Consultez votre messagerie')
  })

  it('lists the towns of a postcode without script, and takes the one chosen or typed', async () => {
    const visitor = browser()
    const person = aPerson()
    const { city: _city, password: _password, ...fields } = signUpFields(person)
    const listed = await visitor.submit(
      await open(visitor),
      { ...fields, postalCode: '01300', action: 'searchTowns' },
      'birthName',
    )
    expect(listed.status).toBe(200)
    expect(listed.faults).toEqual([])
    expect(listed.body).toContain('<option value="Belley">')
    expect(shownIn(listed, 'birthName')).toBe(person.birthName)
    const { password } = person
    const chosen = { password, passwordConfirmation: password, acceptTerms: 'on' }
    const done = await visitor.submit(listed, { ...chosen, city: 'Belley' }, 'birthName')
    expect(done.heading).toBe('Consultez votre messagerie')
    const typed = await visitor.submit(listed, { ...chosen, city: 'autre', cityOther: 'Belley' }, 'birthName')
    expect(typed.heading).toBe('Consultez votre messagerie')
  })

  it('takes an address abroad, three free lines and a country', async () => {
    const { page } = await send({
      abroad: 'on',
      addressLine1: 'Rue Haute 1',
      addressLine2: '1000 Bruxelles',
      country: 'BE',
    })
    expect(page.heading).toBe('Consultez votre messagerie')
  })

  it('keeps its answers when the language changes, and speaks it from then on', async () => {
    const visitor = browser()
    const person = aPerson()
    const page = await visitor.submit(
      await open(visitor),
      { ...signUpFields(person), action: 'language', _language: 'en' },
      'birthName',
    )
    expect(page.heading).toBe('Create my account')
    expect(page.faults).toEqual([])
    expect(shownIn(page, 'nir')).toBe(person.nir)
    expect(page.body).not.toContain(person.password)
    expect((await open(visitor)).heading).toBe('Create my account')
  })

  it('suggests another address where a slip is likely, and never stops for it', async () => {
    const { page } = await send({ email: 'camille@gmail.con', emailConfirmation: 'camille@gmail.con' })
    expect(page.heading).toBe('Consultez votre messagerie')
    expect(plain(page)).toContain('camille@gmail.com')
    const wrong = await send({ email: 'camille@gmail.con', emailConfirmation: 'camille@gmail.con', birthName: '' })
    expect(plain(wrong.page)).toContain('camille@gmail.com')
  })

  it('understands 15 characters typed in the first field, spaces and all', async () => {
    const { nir, nirKey } = aPerson()
    const typed = `${nir[0]} ${nir.slice(1, 3)} ${nir.slice(3, 5)} ${nir.slice(5, 7)} ${nir.slice(7, 10)} ${nir.slice(10)} ${nirKey}`
    const { page } = await send({ nir: typed, nirKey: '' })
    expect(page.heading).toBe('Consultez votre messagerie')
  })

  it('tells a robot that fills the hidden field nothing but to look at the control', async () => {
    const { page, person } = await send({ website: 'https://spam.example' })
    expect(page.status).toBe(422)
    expect(await claimsOf(guichet, person)).toBe(0)
  })
})

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
