import { FICTITIOUS_NIRS, fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import type { Guichet } from './guichet.ts'
import type { Page, Visitor } from './visitor.ts'

export const PASSWORD = 'Tournesol-Bleu-42'

/** Shares no divisor with the numbers that there are: they are all met before one comes again. */
const STRIDE = 7919
const first = Math.floor(Math.random() * FICTITIOUS_NIRS)
let people = 0

/** Somebody new each time, with a number that nobody can have, and that nobody else of these tests has. */
export const aPerson = (given: Partial<Person> = {}): Person => {
  const { number, key } = fictitiousNir((first + STRIDE * people++) % FICTITIOUS_NIRS)
  return {
    nir: number,
    nirKey: key,
    email: `p${number}@exemple.fr`.toLowerCase(),
    birthName: 'Martin-Fictif',
    password: PASSWORD,
    ...given,
  }
}
export type Person = {
  readonly nir: string
  readonly nirKey: string
  readonly email: string
  readonly birthName: string
  readonly password: string
}

/** Everything that the sign-up form asks of this person. */
export const signUpFields = ({ nir, nirKey, email, birthName, password }: Person): Record<string, string> => ({
  birthName,
  nir,
  nirKey,
  mobile: '06 39 98 12 34',
  email,
  emailConfirmation: email,
  houseNumber: '12',
  streetType: 'RUE',
  streetName: 'des Lilas',
  postalCode: '75001',
  city: 'Paris',
  password,
  passwordConfirmation: password,
  acceptTerms: 'on',
  'create-account': 'on',
})

/** The link alone on its line in a mail. */
export const linkOf = (mail: { readonly text: string }): string => {
  const link = /^https?:\/\/\S+$/m.exec(mail.text)?.[0]
  if (!link) throw new Error('no link in this mail')
  return link
}

export const signUp = async (
  visitor: Visitor,
  guichet: Pick<Guichet, 'issuer'>,
  person: Person,
  path = '/inscription',
): Promise<Page> => {
  const form = await visitor.get(new URL(path, guichet.issuer).href)
  return visitor.submit(form, signUpFields(person), 'birthName')
}

/** Signs up and activates in the same browser. */
export const becomeAccount = async (
  visitor: Visitor,
  guichet: Pick<Guichet, 'issuer' | 'mailTo'>,
  person: Person,
): Promise<Page> => {
  await signUp(visitor, guichet, person)
  const mail = await guichet.mailTo(person.email)
  const page = await visitor.get(linkOf(mail))
  const done = await visitor.submit(page, { action: 'activate' }, 'activate')
  if (done.status !== 200) throw new Error(`no account: « ${done.heading} » at ${done.url}`)
  return done
}
