/**
 * Requests that nobody sends by accident, at every route and by every method: whatever is sent, an answer that is a page or the
 * protocol's error, nothing stored, nothing come back unescaped. PROVE_SEED gives the same cases again.
 */
import { randomInt } from 'node:crypto'
import { is, type Part, type Row } from '../part.ts'
import { aProvedService } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'
import { makeCases } from './cases.ts'
import { openFaults } from './faults.ts'
import { growthRows } from './growth.ts'
import { SENT } from './hostile.ts'
import { FAULTS, type Fault } from './judge.ts'
import { readRoutes } from './routes.ts'
import { emptyTally, pairsFor, type SendingNeeds, sendAll, type Tally } from './sending.ts'

const COUNTS = { short: { door: 500, rest: 2000, lanes: 3 }, long: { door: 15_000, rest: 85_000, lanes: 8 } }

/** PROVE_REQUESTS makes either form longer or shorter. */
const countsOf = (form: 'short' | 'long') => {
  const asked = Number(process.env.PROVE_REQUESTS ?? 0)
  if (asked < 100) return COUNTS[form]
  const door = Math.round(asked * 0.15)
  return { ...COUNTS[form], door, rest: asked - door }
}

/** What refusals themselves leave in the log of acts, and what standing things need. */
const EXPECTED_EVENTS = new Set([
  'signUp.requested',
  'signUp.refused',
  'signIn.refused',
  'signIn.succeeded',
  'recovery.requested',
  'activation.refused',
  'consent.denied',
  'session.ended',
  'mail.sent',
  'mail.dropped',
  'token.replayed',
  'service.added',
])

const faultRows = ({ found }: Tally): readonly Row[] =>
  FAULTS.map((fault: Fault) => {
    const these = found.filter(one => one.fault === fault)
    const note = these
      .slice(0, 3)
      .map(({ say }) => say)
      .join(' | ')
    return is(fault, these.length, 0, note === '' ? undefined : note)
  })

const logRows = async (world: World): Promise<readonly Row[]> => {
  const lines = (await world.logged()).split('\n').filter(line => line !== '')
  const faults = lines.filter(line => /"level":"(?:error|fatal)"/.test(line) || !line.startsWith('{'))
  return [
    is('faults in the log', faults.length, 0, faults[0]?.slice(0, 600)),
    is(
      'lines of the log that hold what was sent',
      lines.filter(line => SENT.test(line)).length,
      0,
      lines.find(line => SENT.test(line))?.slice(0, 300),
    ),
  ]
}

const events = async ({ foundations }: World): Promise<readonly string[]> => {
  const { audit } = foundations.stores
  const named: string[] = []
  for (const { segment, count } of await audit.segments()) {
    for (let from = 1; from <= count; from += 500) {
      for (const { text } of await audit.read(segment, from, 500)) named.push(text)
    }
  }
  return named
}

const settled = async ({ foundations }: World): Promise<void> => {
  for (let looked = 0; looked < 300; looked += 1) {
    if ((await foundations.stores.jobs.count('mail')) === 0) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('mails stayed in the outbox')
}

const changes = (before: { readonly [kind: string]: string }, after: { readonly [kind: string]: string }) =>
  Object.keys(after).filter(kind => before[kind] !== after[kind])

const play = async (needs: SendingNeeds, form: 'short' | 'long', seed: number): Promise<readonly Row[]> => {
  const { world, server, routes, tally } = needs
  const { door, rest, lanes } = countsOf(form)
  const cases = makeCases(routes, seed)

  // nothing at all changes while everything is refused at the door
  const pairs = await pairsFor(needs, lanes)
  await settled(world)
  const before = await world.store.durable()
  const toldBefore = new Set(await events(world))
  await sendAll(needs, cases.door, { to: door, lanes }, pairs)
  await settled(world)
  const changed = changes(before, await world.store.durable())
  const atTheDoor = (await events(world)).filter(text => !toldBefore.has(text))

  await sendAll(needs, cases.rest, { to: rest, lanes })
  await settled(world)
  const after = await world.store.durable()
  const told = await events(world)
  const unexpected = told.filter(text => ![...EXPECTED_EVENTS].some(name => text.includes(`"${name}"`)))
  const count = (kind: string): number => Number(after[kind]?.split(' ')[0])
  const alive = await server.fetch(`${world.issuer}/aide`, {}).catch(() => undefined)
  return [
    is(
      'requests sent',
      tally.sent,
      door + rest,
      `seed ${seed}: ${[...tally.statuses].map(one => one.join(' ')).join(', ')}`,
    ),
    { what: 'routes', figure: routes.all.length },
    { what: 'ways of spoiling', figure: cases.shapes },
    { what: 'cases of one route, method, way and person', figure: cases.door.single + cases.rest.single },
    is('addresses of discovery that no route owns', routes.unowned.length, 0, routes.unowned.join()),
    ...faultRows(tally),
    is(
      'kinds of things changed by what is refused at the door',
      changed.length,
      0,
      [...changed, ...atTheDoor].slice(0, 8).join(),
    ),
    is('accounts beyond those made for this', count('accounts') - tally.accounts, 0),
    is('consents', count('consents'), 0),
    is('services changed', changes({ services: before.services ?? '' }, { services: after.services ?? '' }).length, 0),
    is('mails to anybody else', world.mailbox.mails.filter(({ to }) => !tally.addresses.has(to)).length, 0),
    is('events of acts that nobody did', unexpected.length, 0, unexpected[0]),
    is('processes alive, and answering', alive?.status ?? 'dead', 200),
    ...(await logRows(world)),
    ...(form === 'long' ? growthRows() : []),
  ]
}

export const input: Part = {
  name: 'input',
  title: 'whatever is sent is answered, refused as it should be, and leaves nothing',
  minutes: { short: 6, long: 40 },
  async run({ form, store, progress, signal }) {
    const seed = Number(process.env.PROVE_SEED ?? randomInt(2 ** 31))
    const world = await openWorld({ store, processes: 1 })
    try {
      const server = world.server()
      const routes = await readRoutes(server, world.issuer)
      const services = {
        firstParty: await aProvedService(world),
        other: await aProvedService(world, { name: 'Comptoir des graines', firstParty: false }),
      }
      const faults = openFaults(seed)
      const tally = emptyTally()
      try {
        return await play({ world, server, routes, services, tally, faults, signal, progress }, form, seed)
      } finally {
        faults.addLogged(await world.logged())
      }
    } finally {
      await world.stop()
    }
  },
}
