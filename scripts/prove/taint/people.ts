/** The journeys of people: every use case, with its mistakes. */
import { linkOf, signUpFields } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import type { Fronted } from '../front/fronted.ts'
import type { Ledger, TaintedPerson } from './ledger.ts'

export type JourneyNeeds = { readonly fronted: Fronted; readonly ledger: Ledger }

export const typedBy = (person: TaintedPerson): Record<string, string> => {
  const { streetName, locality, addressComplement, mobile } = person
  return { ...signUpFields(person), streetName, locality, addressComplement, mobile }
}

export const expectHeading = (page: Page, heading: string): Page => {
  if (page.heading !== heading)
    throw new Error(`expected « ${heading} », got ${page.status} « ${page.heading} » ${page.faults.join(' ')}`)
  return page
}

/** The link of the next mail to this address, its token kept. */
export const mailedLink = async ({ fronted, ledger }: JourneyNeeds, to: string, subject: RegExp): Promise<string> => {
  const link = linkOf(await fronted.world.mailTo(to, mail => subject.test(mail.subject)))
  ledger.add('mailed token', new URL(link).searchParams.get('jeton') ?? '')
  return link
}

const ACTIVATE = /^(?:Activez|Activate)/
const ACCESS = /^(?:Votre accès|Your access)/

/** Errors in the form, another language, another address, another mail, another browser, a wrong password, then the right one. */
export const signUpAndActivate = async (needs: JourneyNeeds, person: TaintedPerson, url: string): Promise<void> => {
  const { visitor: newVisitor } = needs.fronted
  const visitor = newVisitor()
  const typed = typedBy(person)
  const form = await visitor.get(url)
  const faulty = await visitor.submit(
    form,
    { ...typed, nirKey: '00', emailConfirmation: person.otherEmail },
    'birthName',
  )
  const towns = await visitor.submit(faulty, { ...typed, action: 'searchTowns' }, 'birthName')
  const english = await visitor.submit(towns, { ...typed, action: 'language', _language: 'en' }, 'birthName')
  const { email, otherEmail } = person
  const mailbox = await visitor.submit(
    english,
    { ...typed, email: otherEmail, emailConfirmation: otherEmail },
    'birthName',
  )
  await mailedLink(needs, otherEmail, ACTIVATE)
  await visitor.submit(mailbox, { action: 'resend' }, 'resend')
  await mailedLink(needs, otherEmail, ACTIVATE)
  await visitor.submit(mailbox, { action: 'correct', email, emailConfirmation: email }, 'correct')
  const elsewhere = newVisitor()
  const page = await elsewhere.get(await mailedLink(needs, email, ACTIVATE))
  const wrong = await elsewhere.submit(page, { action: 'activate', password: person.wrongPassword }, 'password')
  const right = { action: 'activate', password: person.password }
  expectHeading(await elsewhere.submit(wrong, right, 'password'), 'Félicitations, votre compte est créé')
  // the double click, and the link that served
  await elsewhere.submit(wrong, right, 'password')
  await newVisitor().get(await lastLinkOf(needs, email))
}

const lastLinkOf = async ({ fronted }: JourneyNeeds, to: string): Promise<string> => {
  const mail = fronted.world.mailbox.mails.findLast(one => one.to === to)
  if (!mail) throw new Error('no mail came')
  return linkOf(mail)
}

/** Somebody claims a number that is held; somebody else says that they asked for nothing. */
export const signUpInVain = async (
  needs: JourneyNeeds,
  holder: TaintedPerson,
  stranger: TaintedPerson,
): Promise<void> => {
  const { fronted } = needs
  const sign = async (visitor: Visitor, person: TaintedPerson): Promise<string> => {
    const form = await visitor.get(`${fronted.world.issuer}/inscription`)
    expectHeading(await visitor.submit(form, typedBy(person), 'birthName'), 'Consultez votre messagerie')
    return mailedLink(needs, person.email, ACTIVATE)
  }
  const claimant = fronted.visitor()
  const claim = { ...stranger, nir: holder.nir, nirKey: holder.nirKey }
  const held = await claimant.get(await sign(claimant, claim))
  await claimant.submit(held, { action: 'activate' }, 'activate')
  const asked = fronted.visitor()
  const mistaken = { ...stranger, email: stranger.otherEmail }
  const link = await sign(fronted.visitor(), mistaken)
  await asked.submit(await asked.get(link), { action: 'disown' }, 'disown')
  await asked.get(link)
}

/** The page of consent or the service, as it comes. */
export const signIn = async (
  { fronted }: JourneyNeeds,
  visitor: Visitor,
  url: string,
  person: TaintedPerson,
): Promise<Page> => {
  const page = await visitor.get(url)
  const { nir, nirKey, wrongPassword, password } = person
  const malformed = await visitor.submit(page, { nir: `${nir}x`, password: wrongPassword }, 'password')
  const refused = await visitor.submit(malformed, { nir, password: wrongPassword }, 'password')
  void fronted
  return visitor.submit(refused, { nir: `${nir}${nirKey}`, password }, 'password')
}

/** Gives back the person as they are from then on. */
export const recover = async (needs: JourneyNeeds, person: TaintedPerson): Promise<TaintedPerson> => {
  const { fronted, ledger } = needs
  const { nir, email, birthName, wrongPassword } = person
  const visitor = fronted.visitor()
  const form = await visitor.get(`${fronted.world.issuer}/mot-de-passe-oublie`)
  await visitor.submit(form, { nir, email: 'sans arobase' }, 'nir')
  await visitor.submit(form, { nir, email }, 'nir')
  const page = await visitor.get(await mailedLink(needs, email, ACCESS))
  await visitor.submit(page, { password: birthName, passwordConfirmation: wrongPassword }, 'password')
  const password = ledger.add('password', `Hippocampe-${wrongPassword.slice(13, 20)}-64`)
  const changed = await visitor.submit(page, { password, passwordConfirmation: password }, 'password')
  expectHeading(changed, 'Votre mot de passe est changé')
  await visitor.submit(page, { password, passwordConfirmation: password }, 'password')
  await fronted.visitor().get(await lastLinkOf(needs, email).catch(() => fronted.world.issuer))
  return { ...person, password, formerPassword: person.password }
}

/** Sends an activation again from the page that asks who it is for. */
export const askAgain = async ({ fronted }: JourneyNeeds, { nir, email }: TaintedPerson): Promise<void> => {
  const visitor = fronted.visitor()
  const form = await visitor.get(`${fronted.world.issuer}/inscription/renvoi`)
  await visitor.submit(form, { nir, email }, 'nir')
}

export const signOut = async ({ fronted }: JourneyNeeds, visitor: Visitor): Promise<void> => {
  const page = await visitor.get(`${fronted.world.issuer}/deconnexion`)
  expectHeading(await visitor.submit(page, { logout: 'yes' }, 'logout'), 'Votre session est fermée')
}
