/** Many people who claim one number, each with the link that they were mailed: the first to activate holds it, and the others cannot finish. */

import { makeLookup } from '../../../src/protection/lookup.ts'
import { aPerson, linkOf, type Person, signUp } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import { is } from '../part.ts'
import { type Arena, eventsNamed, inLanes, type Race, tally } from './race.ts'

const MAIL_MS = 60_000

const OUTCOMES = new Map([
  ['200 Félicitations, votre compte est créé', 'activated'],
  ['409 Nous ne pouvons pas terminer votre inscription en ligne', 'cannotFinish'],
])
const outcomeOf = ({ status, heading }: Page): string => OUTCOMES.get(`${status} ${heading}`) ?? `${status} ${heading}`

/** Somebody who signed up, at the page of their link. */
type Claimant = { readonly visitor: Visitor; readonly page: Page }

const claimants = async (arena: Arena, { nir, nirKey }: Person, count: number): Promise<readonly Claimant[]> => {
  const { world } = arena
  const ready: Claimant[] = []
  let number = 0
  await inLanes(
    arena,
    { what: 'people who claim one number', count, lanes: 8 },
    async () => undefined,
    async () => {
      number += 1
      const person = aPerson({ nir, nirKey, email: `p${number}.${nir}@exemple.fr`.toLowerCase() })
      const visitor = world.visitor(world.server(number), `203.0.113.${number % 250}`)
      await signUp(visitor, world, person)
      const mail = await world.mailTo(person.email, undefined, MAIL_MS)
      ready.push({ visitor, page: await visitor.get(linkOf(mail)) })
    },
  )
  return ready
}

export const activations: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 24 : 200
  const number = aPerson()
  const people = await claimants(arena, number, count)
  const before = new Set((await eventsNamed(world, 'activation.done')).map(({ account }) => account))
  const pages = await Promise.all(
    people.map(({ visitor, page }) => visitor.submit(page, { action: 'activate' }, 'activate')),
  )
  const counts = tally(pages.map(outcomeOf))

  const { accounts } = world.foundations.stores
  const { keys } = world.foundations.configuration
  const nirKeys = makeLookup({ ring: keys.lookup, index: keys.index }).nir(number.nir)
  const holder = await accounts.findHolder(nirKeys)
  const done = (await eventsNamed(world, 'activation.done')).filter(({ account }) => !before.has(account))
  const refused = (await eventsNamed(world, 'activation.refused')).filter(({ reason }) => reason === 'held')
  const others = Object.keys(counts).filter(outcome => outcome !== 'activated' && outcome !== 'cannotFinish')
  return [
    is('people who activate one number at once', people.length, count),
    is('told that their account is made (200)', counts.activated ?? 0, 1),
    is('told that it cannot be finished (409)', counts.cannotFinish ?? 0, count - 1, others.join(', ')),
    is('status of the holder', holder?.status ?? 'none', 'active'),
    is('claims that stand beside', await accounts.countClaims(nirKeys, count + 1), count - 1),
    is('activations in the audit', done.length, 1),
    is('and their account is the holder', done[0]?.account === holder?.id ? 'yes' : 'no', 'yes'),
    is('refusals in the audit', refused.length, count - 1),
  ]
}
