/** Somebody at a browser, whose requests reach whichever process is named; and what they do, told by what the page says. */
import { aPerson, type Person, signUpFields } from '../../../test/support/people.ts'
import { makeVisitor, type Page, type Visitor } from '../../../test/support/visitor.ts'
import type { Server } from '../world/servers.ts'

export type Reached = Pick<Server, 'fetch'>

export type Somebody = Person & {
  readonly visitor: Visitor
  /** From now on this process answers. */
  at(server: Reached): void
}

const octet = (): number => 1 + Math.floor(Math.random() * 250)

/** In a browser and a network of their own. */
export const makeSomebody = (issuer: string, server: Reached, person: Person = aPerson()): Somebody => {
  let reached = server
  const network = { 'x-forwarded-for': `10.${octet()}.${octet()}.${octet()}` }
  return {
    ...person,
    visitor: makeVisitor(issuer, network, (url, init) => reached.fetch(url, init)),
    at: next => {
      reached = next
    },
  }
}

export const HEADINGS = {
  checkMailbox: 'Consultez votre messagerie',
  activated: 'Félicitations, votre compte est créé',
  cannotFinish: 'Nous ne pouvons pas terminer votre inscription en ligne',
  erased: 'Cette demande est effacée',
  recoverySent: 'Mot de passe oublié : consultez votre messagerie',
  passwordChanged: 'Votre mot de passe est changé',
  linkUsed: 'Ce lien a déjà servi',
  signedOut: 'Votre session est fermée',
  question: 'Avez-vous déjà un compte ?',
  numberHeld: 'Liez FranceConnect à votre compte',
  caseClaimed: 'Un agent vérifie votre demande',
  caseHeld: 'Une demande concerne votre compte',
  identityChanged: 'Votre identité a changé',
  undone: 'Le lien est défait',
} as const

export const SUBJECTS = {
  activation: 'Activez',
  accountExists: 'existe déjà',
  holderWarned: "Demande d'inscription",
  recovery: 'Votre accès',
  passwordChanged: 'est changé',
  newDevice: 'Nouvelle connexion',
  confirmEmail: 'Confirmez',
  emailChanging: 'courriel change',
  identityLinked: 'est lié',
  identityUnlinked: "n'est plus lié",
  moveIdentity: 'Retrouvez',
  case: 'Demande ',
} as const

/** Fails unless the page is one of these; says what came instead, never what was typed. */
export const expectPage = (page: Page, ...headings: readonly string[]): Page => {
  if (!headings.includes(page.heading))
    throw new Error(`« ${page.heading} » (${page.status}) came instead of « ${headings[0]} »`)
  return page
}

const SOON_MS = 1000
const TURN_SECONDS = 7
const moved = new WeakSet<object>()

/** Whether its clock is ahead of the others': it serves no other scene. */
export const isMoved = (server: object): boolean => moved.has(server)

/**
 * The same form sent again. Whoever held the turn of that form is dead: its time passes, by the clock of the process that
 * answers, if the answer does not come by itself.
 */
export const insist = async (server: Pick<Server, 'advance'>, send: () => Promise<Page>): Promise<Page> => {
  const timer = setTimeout(() => {
    moved.add(server)
    void server.advance(TURN_SECONDS).catch(() => undefined)
  }, SOON_MS)
  try {
    return await send()
  } finally {
    clearTimeout(timer)
  }
}

export const signUpForm = (issuer: string, { visitor }: Somebody): Promise<Page> => visitor.get(`${issuer}/inscription`)
export const sendSignUp = (somebody: Somebody, form: Page): Promise<Page> =>
  somebody.visitor.submit(form, signUpFields(somebody), 'birthName')
