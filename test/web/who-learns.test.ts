import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Guichet, startGuichet } from '../support/guichet.ts'
import { aPerson, becomeAccount, linkOf, type Person, signUp } from '../support/people.ts'
import { seen } from '../support/seen.ts'
import { makeVisitor, type Page, type Visitor } from '../support/visitor.ts'
import { suspend } from './support/accounts.ts'

let guichet: Guichet
beforeAll(async () => {
  guichet = await startGuichet()
})
afterAll(() => guichet.stop())

const browser = (): Visitor => makeVisitor(guichet.issuer)

/** Numbers that nobody holds or claims, that are claimed, that are held; each with somebody's mailbox or a stranger's. */
const everyStanding = async (): Promise<readonly (readonly [string, Person])[]> => {
  const free = aPerson()
  const pending = aPerson()
  await signUp(browser(), guichet, pending)
  const held = aPerson()
  await becomeAccount(browser(), guichet, held)
  const suspended = aPerson()
  await becomeAccount(browser(), guichet, suspended)
  await suspend(guichet, suspended)
  const stranger = () => aPerson().email
  return [
    ['free', free],
    ['pending', pending],
    ['pending, another mailbox', { ...pending, email: stranger() }],
    ['held', held],
    ['suspended', suspended],
    ['held, another mailbox', { ...held, email: stranger() }],
    ['free, the mailbox of an account', { ...aPerson(), email: held.email }],
  ]
}

type Try = (visitor: Visitor, person: Person) => Promise<Page>

const sameForAll = async (attempt: Try, which: readonly string[] = []): Promise<void> => {
  const all = (await everyStanding()).filter(([standing]) => which.length === 0 || which.includes(standing))
  const [[, first], ...others] = all as [[string, Person], ...[string, Person][]]
  const look = async (person: Person) => {
    const visitor = browser()
    return seen(await attempt(visitor, person), visitor, person)
  }
  const expected = await look(first)
  for (const [standing, person] of others)
    expect({ standing, ...(await look(person)) }).toEqual({ standing, ...expected })
}

/** Each number once: tries on a number count together, whatever the mailbox. */
const NUMBERS = ['free', 'pending', 'held', 'suspended']

const WRONG = 'Mauvais-Essai-99'

describe('who tries learns nothing about a number or an address', () => {
  it('by signing up', () => sameForAll((visitor, person) => signUp(visitor, guichet, person)))

  it('by sending the activation mail again', () =>
    sameForAll(async (visitor, person) => {
      const page = await signUp(visitor, guichet, person)
      return visitor.submit(page, { action: 'resend' }, 'resend')
    }))

  it('by correcting the address to theirs', () =>
    sameForAll(async (visitor, person) => {
      const { email } = person
      const page = await signUp(visitor, guichet, { ...person, email: aPerson().email })
      return visitor.submit(page, { action: 'correct', email, emailConfirmation: email }, 'correct')
    }))

  it('by asking for the mail again by number and address', () =>
    sameForAll(async (visitor, { nir, email }) =>
      visitor.submit(await visitor.get(`${guichet.issuer}/inscription/renvoi`), { nir, email }, 'nir'),
    ))

  it('by asking for a new password', () =>
    sameForAll(async (visitor, { nir, email }) =>
      visitor.submit(await visitor.get(`${guichet.issuer}/mot-de-passe-oublie`), { nir, email }, 'nir'),
    ))

  it('by trying to sign in, up to the wait and in it', async () => {
    for (const tries of [1, 5, 6, 8]) {
      await sameForAll(async (visitor, { nir }) => {
        let page = await visitor.get(`${guichet.issuer}/connexion`)
        for (let n = 0; n < tries; n++) page = await visitor.submit(page, { nir, password: WRONG }, 'password')
        expect(page.status).toBe(tries <= 5 ? 422 : 429)
        return page
      }, NUMBERS)
    }
  })

  it('by activating: a number that is held and one that was claimed too often are one and the same stop', async () => {
    const holder = aPerson()
    await becomeAccount(browser(), guichet, holder)
    const activate = async (person: Person) => {
      const visitor = browser()
      await signUp(visitor, guichet, person)
      const link = linkOf(await guichet.mailTo(person.email, mail => mail.subject.startsWith('Activez')))
      const page = await visitor.submit(await visitor.get(link), { action: 'activate' }, 'activate')
      return seen(page, visitor, person)
    }
    const held = await activate({ ...holder, email: aPerson().email })
    expect(held.status).toBe(409)

    const mailbox = aPerson().email
    for (let n = 0; n < 3; n++) await activate({ ...aPerson(), email: mailbox })
    guichet.advance(25 * 3600) // three mails a day to one address
    const tooMany = await activate({ ...aPerson(), email: mailbox })
    expect(tooMany).toEqual(held)
  })
})
