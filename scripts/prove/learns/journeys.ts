/** What somebody may try, and whose numbers and addresses they may try it with. */
import { randomBytes } from 'node:crypto'
import { makeLink } from '../../../src/accounts/links.ts'
import { type Person, signUp, signUpFields } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import type { Stage } from './stage.ts'
import type { Standing } from './standings.ts'

/** What arrives at the address typed, whose owner alone reads it. */
export type Told = 'nothing' | 'activation' | 'recovery' | 'accountExists'

export type Journey = {
  readonly name: string
  /** The first two are one and the same. */
  readonly standings: readonly [Standing, Standing, ...Standing[]]
  readonly told: (standing: Standing) => Told
  /** What leads there; not measured. Begins with what needs no answer of ours. */
  readonly approach: (stage: Stage, person: Person) => Promise<(visitor: Visitor) => Promise<Page>>
  readonly attempt: (visitor: Visitor, page: Page, person: Person) => Promise<Page>
}

const WRONG = 'Mauvais-Essai-99'
/** Longer than the clock is moved in all. */
const LINK_MS = 30 * 24 * 3_600_000
/** Tries that no wait follows. */
const FREE_TRIES = 5

const EVERY = [
  'free',
  'free again',
  'free, the mailbox of an account',
  'pending',
  'pending, another mailbox',
  'held',
  'held, another mailbox',
  'suspended',
  'suspended, another mailbox',
] as const satisfies readonly Standing[]

/** Numbers alone: no address is typed. */
const NUMBERS = ['free', 'free again', 'pending', 'held', 'suspended'] as const satisfies readonly Standing[]

const STRANGERS = [
  'free',
  'free again',
  'pending, another mailbox',
  'held, another mailbox',
  'suspended, another mailbox',
] as const satisfies readonly Standing[]

const at =
  (path: string): Journey['approach'] =>
  async ({ world }) =>
  visitor =>
    visitor.get(world.issuer + path)

const nothing = (): Told => 'nothing'

/** The holder's own address is told that the account exists; every other address is mailed a link. */
const afterSignUp = (standing: Standing): Told =>
  standing === 'held' || standing === 'suspended' ? 'accountExists' : 'activation'

/** Who owns both the number's account and its address is mailed what they need. */
const afterRequest = (standing: Standing): Told => {
  if (standing === 'held' || standing === 'suspended') return 'recovery'
  return standing === 'pending' ? 'activation' : 'nothing'
}

const signedUp: Journey['approach'] = async (stage, person) => async visitor => {
  const page = await signUp(visitor, stage.world, person)
  await stage.quiet()
  await stage.mails()
  await stage.rest()
  return page
}

/** A sign-up of this number at this address, its link mailed; opened in another browser than that which signed up. */
const mailedLink = async ({ world }: Stage, person: Person): Promise<string> => {
  const id = randomBytes(16).toString('base64url')
  const { token, hash } = makeLink('activation', id, randomBytes(32).toString('base64url'))
  const sentAt = new Date()
  const expiresAt = new Date(sentAt.getTime() + LINK_MS)
  await world.claim(person, { id, activation: { hash, expiresAt, sentAt, wrongPasswords: 0 } })
  return `${world.issuer}/activation?jeton=${token}`
}

const linkOpened: Journey['approach'] = async (stage, person) => {
  const link = await mailedLink(stage, person)
  return visitor => visitor.get(link)
}

export const journeys: readonly Journey[] = [
  {
    name: 'sign-up',
    standings: EVERY,
    told: afterSignUp,
    approach: at('/inscription'),
    attempt: (visitor, page, person) => visitor.submit(page, signUpFields(person), 'birthName'),
  },
  {
    name: 'correcting the address',
    standings: EVERY,
    told: afterSignUp,
    approach: (stage, person) => signedUp(stage, { ...person, email: person.email.replace('@', '@autre-') }),
    attempt: (visitor, page, { email }) =>
      visitor.submit(page, { action: 'correct', email, emailConfirmation: email }, 'correct'),
  },
  {
    name: 're-sending',
    standings: EVERY,
    told: afterSignUp,
    approach: signedUp,
    attempt: (visitor, page) => visitor.submit(page, { action: 'resend' }, 'resend'),
  },
  {
    name: 're-sending by number and address',
    standings: EVERY,
    told: afterRequest,
    approach: at('/inscription/renvoi'),
    attempt: (visitor, page, { nir, email }) => visitor.submit(page, { nir, email }, 'nir'),
  },
  {
    name: 'activation, the link',
    standings: STRANGERS,
    told: nothing,
    approach: async (stage, person) => {
      const link = await mailedLink(stage, person)
      // a page that holds nothing but where to go
      return async visitor => ({ ...(await visitor.get(`${stage.world.issuer}/aide`)), url: link })
    },
    attempt: (visitor, { url }) => visitor.get(url),
  },
  {
    name: 'activation, wrong password',
    standings: STRANGERS,
    told: nothing,
    approach: linkOpened,
    attempt: (visitor, page) => visitor.submit(page, { action: 'activate', password: WRONG }, 'password'),
  },
  {
    name: 'activation, number refused',
    standings: [
      'held, another mailbox',
      'held, another mailbox again',
      'suspended, another mailbox',
      'free, a mailbox of too many numbers',
      'held, a mailbox of too many numbers',
    ],
    told: nothing,
    approach: linkOpened,
    attempt: (visitor, page, { password }) => visitor.submit(page, { action: 'activate', password }, 'password'),
  },
  {
    name: 'sign-in',
    standings: NUMBERS,
    told: nothing,
    approach: at('/connexion'),
    attempt: (visitor, page, { nir }) => visitor.submit(page, { nir, password: WRONG }, 'password'),
  },
  {
    name: 'sign-in, told to wait',
    standings: NUMBERS,
    told: nothing,
    approach:
      async ({ world }, { nir }) =>
      async visitor => {
        let page = await visitor.get(`${world.issuer}/connexion`)
        for (let tries = 0; tries < FREE_TRIES; tries += 1) {
          page = await visitor.submit(page, { nir, password: WRONG }, 'password')
        }
        return page
      },
    attempt: (visitor, page, { nir }) => visitor.submit(page, { nir, password: WRONG }, 'password'),
  },
  {
    name: 'recovery',
    standings: EVERY,
    told: afterRequest,
    approach: at('/mot-de-passe-oublie'),
    attempt: (visitor, page, { nir, email }) => visitor.submit(page, { nir, email }, 'nir'),
  },
]
