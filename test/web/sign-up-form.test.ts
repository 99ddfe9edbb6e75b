import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, signUpFields } from '../support/people.ts'
import { claimsOf } from './support/accounts.ts'
import { plain, said, shownIn, signingUpAt } from './support/sign-up.ts'

let guichet: Guichet
beforeAll(async () => {
  guichet = await startGuichet()
})
afterAll(() => guichet.stop())

const { browser, open, send } = signingUpAt(() => guichet.issuer)

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
    expect(plain(page)).toContain(`Il y a ${expected.length} point${expected.length > 1 ? 's' : ''} à revoir`)
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
