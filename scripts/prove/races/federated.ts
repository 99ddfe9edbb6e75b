/**
 * People whom FranceConnect vouches for, who finish at once on every process: one identity in many browsers, then one number
 * claimed by many identities, who then all ask for an agent.
 */
import type { TestPerson } from '../../../src/demo/france-connect/people.ts'
import { fictitiousNir } from '../../../src/identity/fictitious-nir.ts'
import { makeLookup } from '../../../src/protection/lookup.ts'
import { aPerson, signUpFields } from '../../../test/support/people.ts'
import type { Page, Visitor } from '../../../test/support/visitor.ts'
import { is } from '../part.ts'
import { aProvedService, type ProvedService, REDIRECT_URI } from '../world/service.ts'
import { chooseThere, comeBy, openUpstream, type Upstream, vouchedFor } from '../world/upstream.ts'
import { openWorld, type World } from '../world/world.ts'
import { eventsNamed, type Race, tally } from './race.ts'

const PROCESSES = { short: 2, long: 4 } as const
const ROUNDS = { short: 2, long: 50 } as const

/** Of many with one number, each has a name of their own, and so a sub. */
const vouched = (round: number, nth: number): TestPerson =>
  vouchedFor(`personne-${round}-${nth}`, fictitiousNir(round * 7919), `ESSAI ${String.fromCharCode(65 + nth)}`)

const detailsOf = ({ nir, claims }: TestPerson): Readonly<Record<string, string>> => {
  const { birthName, password, passwordConfirmation, ...fields } = signUpFields({
    ...aPerson(),
    nir: nir.number,
    nirKey: nir.key,
    email: claims.email,
  })
  return fields
}

type Ready = { readonly visitor: Visitor; readonly form: Page; readonly person: TestPerson }

/** Each at the form that is left to fill in, before another process. */
const ready = (
  { world, upstream, service }: { world: World; upstream: Upstream; service: ProvedService },
  people: readonly TestPerson[],
): Promise<readonly Ready[]> =>
  Promise.all(
    people.map(async (person, nth) => {
      const visitor = world.visitor(world.server(nth), `203.0.113.${nth + 1}`)
      const question = await comeBy(upstream, visitor, service.request().url, { person: person.id })
      return { visitor, person, form: await visitor.submit(question, { answer: 'no' }, 'answer') }
    }),
  )

const finishAtOnce = (all: readonly Ready[]): Promise<readonly Page[]> =>
  Promise.all(all.map(({ visitor, form, person }) => visitor.submit(form, detailsOf(person), 'create-account')))

const outcomeOf = ({ url, heading, status }: Page): string => {
  if (url.startsWith(REDIRECT_URI)) return 'in'
  if (url.includes('/api/v2/authorize?')) return 'asked again'
  if (heading === 'Liez FranceConnect à votre compte') return 'number held'
  return `${status} ${heading}`
}

export const federated: Race = async ({ form, store, progress, signal }) => {
  const upstream = await openUpstream()
  const many = PROCESSES[form]
  const world = await openWorld({ store, processes: many, settings: upstream.settings })
  try {
    const rounds = ROUNDS[form]
    const identities = Array.from({ length: rounds }, (_, round) => vouched(2 * round + 1, 0))
    const numbers = Array.from({ length: rounds }, (_, round) =>
      Array.from({ length: many }, (_, nth) => vouched(2 * round + 2, nth)),
    )
    upstream.knows(world.issuer, [...identities, ...numbers.flat()])
    const service = await aProvedService(world)
    const stage = { world, upstream, service }
    const { accounts, cases } = world.foundations.stores
    const { keys } = world.foundations.configuration
    const lookup = makeLookup({ ring: keys.lookup, index: keys.index })
    const holderOf = ({ nir }: TestPerson) => accounts.findHolder(lookup.nir(nir.number))
    const found = {
      sameIdentity: [] as string[],
      back: [] as string[],
      sameNumber: [] as string[],
      claimed: [] as string[],
    }
    let accountsMade = 0
    let heldByOne = 0
    let frozenWhole = 0

    for (const [round, person] of identities.entries()) {
      if (signal.aborted) break
      const before = await accounts.count()
      const all = await ready(
        stage,
        Array.from({ length: many }, () => person),
      )
      const pages = await finishAtOnce(all)
      found.sameIdentity.push(...pages.map(outcomeOf))
      for (const [nth, page] of pages.entries()) {
        const visitor = all[nth]?.visitor
        if (!visitor || outcomeOf(page) !== 'asked again') continue
        found.back.push(outcomeOf(await chooseThere(upstream, visitor, page.url, { person: person.id })))
      }
      accountsMade += (await accounts.count()) - before

      const claimants = await ready(stage, numbers[round] ?? [])
      const ends = await finishAtOnce(claimants)
      found.sameNumber.push(...ends.map(outcomeOf))
      const losers = claimants.filter((_, nth) => outcomeOf(ends[nth] as Page) === 'number held')
      const asked = await Promise.all(
        losers.map(({ visitor }) => {
          const page = ends[claimants.findIndex(one => one.visitor === visitor)] as Page
          return visitor.submit(page, {}, 'claim')
        }),
      )
      found.claimed.push(...asked.map(({ heading }) => heading))
      const holder = numbers[round]?.[0] && (await holderOf(numbers[round][0] as TestPerson))
      const theirs = await Promise.all((holder?.cases ?? []).map(id => cases.find(id)))
      if (holder) heldByOne += 1
      if (theirs.length === losers.length && theirs.every(one => one?.status === 'open' && one.holder === holder?.id))
        frozenWhole += 1
      progress(`federated sign-ups ${round + 1} of ${rounds}`)
    }

    const same = tally(found.sameIdentity)
    const held = tally(found.sameNumber)
    const of = (counts: ReturnType<typeof tally>, known: readonly string[]) =>
      Object.keys(counts)
        .filter(outcome => !known.includes(outcome))
        .join(', ')
    return [
      is(`one identity, ${many} browsers: accounts made`, accountsMade, rounds),
      is(
        '… let in, or asked once more',
        (same.in ?? 0) + (same['asked again'] ?? 0),
        many * rounds,
        of(same, ['in', 'asked again']),
      ),
      is('… asked once more, then let in', tally(found.back).in ?? 0, found.back.length),
      is(`one number, ${many} identities: let in`, held.in ?? 0, rounds, of(held, ['in', 'number held'])),
      is('… told that an account has it', held['number held'] ?? 0, (many - 1) * rounds),
      is('… that has one holder', heldByOne, rounds),
      is(
        '… who asked for an agent at once, and have a case',
        tally(found.claimed)['Un agent vérifie votre demande'] ?? 0,
        (many - 1) * rounds,
      ),
      is('… numbers whose holder names every case', frozenWhole, rounds),
      is('cases opened in the audit', (await eventsNamed(world, 'case.opened')).length, (many - 1) * rounds),
    ]
  } finally {
    await world.stop()
    await upstream.stop()
  }
}
