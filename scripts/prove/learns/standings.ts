/** Numbers and addresses as they may stand, and what somebody types who wants to know. */

import { normaliseEmail } from '../../../src/identity/email.ts'
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { limits } from '../../../src/protection/limits.ts'
import { aPerson, type Person } from '../../../test/support/people.ts'
import type { Stage } from './stage.ts'

export type Standing =
  /** Nobody's number. « free again » is the very same: what differs between the two is noise. */
  | 'free'
  | 'free again'
  | 'free, the mailbox of an account'
  | 'free, a mailbox of too many numbers'
  /** Somebody signed up with it and has not activated. */
  | 'pending'
  | 'pending, another mailbox'
  | 'held'
  | 'held, another mailbox'
  | 'held, another mailbox again'
  | 'held, a mailbox of too many numbers'
  | 'suspended'
  | 'suspended, another mailbox'

/** What is typed. Every number and every mailbox serves once. */
export const makeStandings = ({ world, lookup }: Stage) => {
  const { accounts, throttles } = world.foundations.stores
  let numbers = 0
  let mailboxes = 0

  const mailbox = () => `m${String(100_000_000_000 + mailboxes++)}@exemple.fr`
  const somebody = (): Person => {
    const { number, key } = fictitiousNir(numbers++)
    return aPerson({ nir: number, nirKey: key, email: mailbox() })
  }
  const atAnother = (person: Person): Person => ({ ...person, email: mailbox() })

  const pending = async () => {
    const person = somebody()
    await world.claim(person)
    return person
  }
  const held = async () => {
    const person = somebody()
    await world.enrol(person)
    return person
  }
  const suspended = async () => {
    const { id, ...person } = await world.enrol(somebody())
    await accounts.change(id, 2, { status: 'suspended' }, {})
    return person
  }
  const crowded = async (person: Person): Promise<Person> => {
    const { policy } = limits.numbersOfMailbox
    const key = lookup.throttleKey('email', normaliseEmail(person.email))
    for (let other = 0; other < policy.max; other += 1) {
      const number = lookup.throttleKey('nir', somebody().nir)
      await throttles.distinct('numbersOfMailbox', key, number, policy, new Date())
    }
    return person
  }

  const makers: { readonly [standing in Standing]: () => Promise<Person> } = {
    free: async () => somebody(),
    'free again': async () => somebody(),
    'free, the mailbox of an account': async () => ({ ...somebody(), email: (await held()).email }),
    'free, a mailbox of too many numbers': () => crowded(somebody()),
    pending,
    'pending, another mailbox': async () => atAnother(await pending()),
    held,
    'held, another mailbox': async () => atAnother(await held()),
    'held, another mailbox again': async () => atAnother(await held()),
    'held, a mailbox of too many numbers': async () => crowded(atAnother(await held())),
    suspended,
    'suspended, another mailbox': async () => atAnother(await suspended()),
  }
  return (standing: Standing): Promise<Person> => makers[standing]()
}
export type Standings = ReturnType<typeof makeStandings>
