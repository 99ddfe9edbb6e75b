import { completeNir, type Nir } from '../../identity/nir.ts'
import { readyMadePerson } from '../people.ts'

/** The civil status that FranceConnect vouches for, and what the identity provider adds to it. */
export type CivilStatus = {
  readonly given_name: string
  readonly given_name_array: readonly string[]
  readonly family_name: string
  readonly birthdate: string
  readonly gender: 'male' | 'female' | 'unspecified'
  readonly birthplace: string
  readonly birthcountry: string
}
export type PersonClaims = CivilStatus & {
  readonly preferred_username?: string
  readonly idp_birthdate?: string
  readonly email: string
}

export type TestPerson = {
  readonly id: string
  /** What this person is there to try, in French and in English. */
  readonly about: readonly [french: string, english: string]
  /** Never sent: shown as a hint, to finish a sign-up with. */
  readonly nir: Nir
  readonly claims: PersonClaims
}

type Birth = Pick<CivilStatus, 'birthdate' | 'birthplace' | 'birthcountry'> & { readonly idp_birthdate?: string }

const inFrance = (birthdate: string, birthplace: string): Birth => ({ birthdate, birthplace, birthcountry: '99100' })
const abroad = (birthdate: string, birthcountry: string): Birth => ({ birthdate, birthplace: '', birthcountry })

type Names = { readonly given: readonly string[]; readonly family: string; readonly usage?: string }

const person = (
  id: string,
  about: TestPerson['about'],
  number: string,
  { given, family, usage }: Names,
  birth: Birth,
): TestPerson => ({
  id,
  about,
  nir: completeNir(number),
  claims: {
    given_name: given.join(' '),
    given_name_array: given,
    family_name: family,
    gender: number.startsWith('1') ? 'male' : 'female',
    ...birth,
    ...(usage === undefined ? {} : { preferred_username: usage }),
    email: `${id}@example.fr`,
  },
})

const married = { given: ['Maëlle', 'Rose'], family: 'FICTÎVE' } as const
const marriedBirth = inFrance('1992-12-24', '26274')

/**
 * Nobody's numbers, though each agrees with its civil status: order 999 of a month in villages of a few people (Rochefourchat
 * has two), or of a country whence nothing like as many come.
 */
export const testPeople: readonly TestPerson[] = [
  person(
    'elodie',
    ['Née en métropole', 'Born in metropolitan France'],
    '2850526274999',
    { given: ['Élodie', 'Anne'], family: 'EXEMPLE' },
    inFrance('1985-05-14', '26274'),
  ),
  person(
    'yann',
    ["Avec un nom d'usage", 'With a usage name'],
    '1721126274999',
    { given: ['Yann'], family: 'ÉPREUVE', usage: "D'ESSAI" },
    inFrance('1972-11-03', '26274'),
  ),
  person(
    'loic',
    ['Né en Guadeloupe', 'Born in Guadeloupe'],
    '1900297130999',
    { given: ['Loïc', 'Jean-Noël'], family: 'DÉMONSTRATION', usage: '' },
    inFrance('1990-02-20', '97130'),
  ),
  person(
    'ghjulia',
    ['Née en Corse avant 1976', 'Born in Corsica before 1976'],
    '2680920267999',
    { given: ['Ghjulia'], family: 'PROVA' },
    inFrance('1968-09-08', '2B267'),
  ),
  person(
    'andria',
    ['Né en Corse depuis 1976', 'Born in Corsica since 1976'],
    '181042B267999',
    { given: ['Andria'], family: 'PROVA' },
    inFrance('1981-04-30', '2B267'),
  ),
  person(
    'nadia',
    ['Née en Algérie avant 1962', 'Born in Algeria before 1962'],
    '2550793999999',
    { given: ['Nadia'], family: 'MODÈLE', usage: 'TÉMOIN' },
    abroad('1955-07-19', '99352'),
  ),
  person(
    'tiago',
    ['Né au Portugal', 'Born in Portugal'],
    '1040899139999',
    { given: ['Tiago'], family: 'AMOSTRA' },
    abroad('2004-08-02', '99139'),
  ),
  person(
    'aminata',
    ['Jour et mois de naissance inconnus', 'Day and month of birth unknown'],
    '2482099335999',
    { given: ['Aminata'], family: 'ESSAI' },
    { ...abroad('1948-01-01', '99335'), idp_birthdate: '1948-00-00' },
  ),
  person(
    'minh',
    ['Jour de naissance inconnu', 'Day of birth unknown'],
    '1530399243999',
    { given: ['Minh'], family: 'TRAN-FICTIF' },
    { ...abroad('1953-03-01', '99243'), idp_birthdate: '1953-03-00' },
  ),
  person(
    'maelle',
    ["Avant un changement d'état civil", 'Before a change of civil status'],
    '2921226274999',
    married,
    marriedBirth,
  ),
  person(
    'maelle-apres',
    [
      'La même, après : son nom et son identifiant ont changé',
      'The same person after it: her name and her identifier have changed',
    ],
    '2921226274999',
    { ...married, family: 'NOUVELLE-FICTION' },
    marriedBirth,
  ),
  {
    ...person(
      'camille',
      ['A déjà un compte dans Guichet', 'Already has an account in Guichet'],
      readyMadePerson.nir,
      { given: ['Camille'], family: readyMadePerson.birthName.toUpperCase() },
      abroad('1985-05-09', '99999'),
    ),
    nir: { number: readyMadePerson.nir, key: readyMadePerson.nirKey },
  },
]
