/** Servers that die or hang under a steady load, one after the other: nothing acknowledged is lost, and service is back by itself. */
import { setTimeout as pause } from 'node:timers/promises'
import { waitFor } from '../../../test/support/wait.ts'
import { type Journal, makeJournal, SWEPT_WITHIN_MS } from '../crash/journal.ts'
import { makeLedger } from '../crash/ledger.ts'
import { makeLoad } from '../crash/load.ts'
import { atLeast, atMost, type Form, is, type Part, type PartNeeds, type Row } from '../part.ts'
import { patiently } from '../world/patiently.ts'
import { aProvedService } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'
import { type Answer, type Front, makeFront } from './front.ts'
import { type Probe, startProbe } from './probe.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { type Supervisor, supervise } from './supervisor.ts'

const PROCESSES = 3
const STEADY_ACTS = { short: 5, long: 40 } as const
const LIMIT_MS = 240_000
/** From the failure where others take over, from its return where nobody does. */
const BACK_MS = 15_000
const LEASE_SECONDS = 130
/** A minute and a half of trying, as people do who are told to come back. */
const PATIENCE = { tries: 60, pauseMs: 1500 } as const

type Stage = { readonly front: Front; readonly probe: Probe; readonly journal: Journal; readonly needs: PartNeeds }

const told = (answers: readonly Answer[]): string =>
  [...new Set(answers.map(({ status, what }) => `${status ?? 'cut'} ${what}`))].slice(0, 8).join(' | ')

/** How busy the machine is proves nothing: short forms tell times, and long ones hold them. */
const timed = (form: Form, what: string, figure: number, most: number, unit: string, note?: string): Row =>
  form === 'long' ? atMost(what, figure, most, unit, note) : { what, figure, unit, ...(note ? { note } : {}) }

const answerRows = (
  form: Form,
  { name, toldWithinMs }: Scenario,
  answers: readonly Answer[],
  failedAt: number,
  failedPid?: number,
): readonly Row[] => {
  const away = answers.filter(({ status }) => status === 503)
  const faults = answers.filter(({ status }) => status !== undefined && status >= 500 && status !== 503)
  const cut = answers.filter(({ status }) => status === undefined)
  const elsewhere = cut.filter(({ pid, late }) => pid !== failedPid && !late)
  const late = cut.filter(answer => answer.pid !== failedPid && answer.late)
  const mute = away.filter(({ retryAfter }) => !retryAfter)
  const waits = away.map(({ sentAt, endedAt }) => endedAt - Math.max(sentAt, failedAt))
  return [
    { what: `${name}: answers, 503 among them`, figure: `${answers.length}, ${away.length}` },
    is(`${name}: answers of 5xx but 503`, faults.length, 0, told(faults)),
    is(`${name}: 503 without Retry-After`, mute.length, 0, told(mute)),
    timed(form, `${name}: longest wait for a 503`, Math.round(Math.max(0, ...waits)), toldWithinMs, 'ms'),
    timed(form, `${name}: no answer in six seconds, but by that process`, late.length, 0, 'requests', told(late)),
    is(
      `${name}: connections cut, but of that process`,
      elsewhere.length,
      0,
      `${cut.length} in all; ${told(elsewhere)}`,
    ),
  ]
}

const play = async (scenario: Scenario, { front, probe, journal, needs }: Stage): Promise<readonly Row[]> => {
  const { name, awayMs, backFrom } = scenario
  const before = journal.size()
  needs.progress(`${name}: until the load is steady`)
  await waitFor(() => journal.size() >= before + STEADY_ACTS[needs.form], LIMIT_MS)
  await probe.served(LIMIT_MS)

  needs.progress(name)
  const from = front.answers.length
  const acts = journal.size()
  const failedAt = performance.now()
  const { pid, comeBack } = await scenario.fail()
  await pause(awayMs)
  const meanwhile = journal.size() - acts
  const returnedAt = performance.now()
  await comeBack()
  const back = await probe.served(LIMIT_MS)
  const { lastAt, ms } = probe.outage(failedAt)
  const since = backFrom === 'failure' ? failedAt : returnedAt
  needs.progress(`${name}: looking`)
  const answers = front.answers.slice(from)
  const losses = await patiently(journal.lossesSince)
  needs.progress(
    `${name}: ${back ? 'back' : 'not back'}, ${(ms / 1000).toFixed(1)} s away, last at ${lastAt === undefined ? '-' : ((lastAt - since) / 1000).toFixed(1)} s`,
  )
  return [
    is(`${name}: people served again by itself`, back ? 'yes' : 'no', 'yes'),
    timed(
      needs.form,
      `${name}: last turned away, from the ${backFrom}`,
      lastAt === undefined ? 0 : Math.max(0, lastAt - since) / 1000,
      BACK_MS / 1000,
      's',
      `${(ms / 1000).toFixed(1)} s in all without a sign-in; ${meanwhile} acts acknowledged meanwhile`,
    ),
    is(`${name}: acts acknowledged, then lost`, losses.length, 0, losses.slice(0, 5).join(' | ')),
    ...answerRows(needs.form, scenario, answers, failedAt, pid),
  ]
}

type Load = ReturnType<typeof makeLoad>
type Ledger = ReturnType<typeof makeLedger>

/** Everybody ends what they began; then all that was acknowledged is looked for once more. */
const endRows = async (world: World, load: Load, { journal, needs }: Stage): Promise<readonly Row[]> => {
  const { jobs } = world.foundations.stores
  needs.progress('letting everybody end')
  await load.end()
  // what the dead had leased is taken up by the living
  for (const server of world.servers) await server.advance(LEASE_SECONDS)
  const left = () => patiently(() => jobs.count('mail'))
  await waitFor(async () => (await left()) === 0, LIMIT_MS).catch(() => undefined)
  await load.comeBack()
  needs.progress('looking at everything')
  const nothingLost = async () => (await patiently(journal.losses)).length === 0
  await waitFor(nothingLost, SWEPT_WITHIN_MS).catch(() => undefined)
  const lost = await patiently(journal.losses)
  const { people, givenUp, redeemed, contended, heldByBoth } = load.figures
  return [
    { what: 'people', figure: people },
    { what: 'codes and tokens given', figure: redeemed },
    ...(['signedUp', 'activated', 'passwordChanged', 'signedIn'] as const).map(kind =>
      atLeast(`acknowledged: ${kind}`, journal.count(kind), 1),
    ),
    is('acts acknowledged, then lost, at the end', lost.length, 0, lost.slice(0, 5).join(' | ')),
    is('people who did not get through', givenUp.length, 0, givenUp.slice(0, 5).join(' | ')),
    atLeast('numbers claimed by two at once', contended, 1),
    is('numbers that two were told to hold', heldByBoth, 0),
    is('mails left in the outbox', await left(), 0),
  ]
}

const ledgerRows = async (ledger: Ledger): Promise<readonly Row[]> => {
  const damaged = await patiently(ledger.damaged)
  return [
    is('numbers with two holders', await patiently(ledger.twiceHeld), 0),
    is('audit segments cut or altered', damaged.length, 0, damaged.slice(0, 3).join(' | ')),
  ]
}

const playAll = async (
  world: World,
  front: Front,
  supervisor: Supervisor,
  needs: PartNeeds,
): Promise<readonly Row[]> => {
  const { form, signal } = needs
  const { servers } = world.store
  if (!servers) throw new Error('a store of no servers')
  const service = await patiently(() => aProvedService(world))
  const stranger = await patiently(() => aProvedService(world, { name: 'Jardin partagé', firstParty: false }))
  const ledger = makeLedger(world)
  const journal = makeJournal(ledger, world.foundations.stores.consents, SWEPT_WITHIN_MS)
  const probe = await startProbe(world, service, front)
  const fronted = { ...world, server: () => front.server }
  const count = form === 'long' ? 4 : 2
  const load = makeLoad(fronted, { service, stranger }, journal, { count, rivals: 1, ...PATIENCE })
  const only = process.env.PROVE_FAILURES?.split(',')
  const rows: Row[] = []
  try {
    const stage = { front, probe, journal, needs }
    for (const scenario of scenarios(world, servers, supervisor, form)) {
      if (signal.aborted) return rows
      if (only && !only.some(words => scenario.name.includes(words))) continue
      rows.push(...(await play(scenario, stage)))
    }
    await probe.stop()
    ledger.forget()
    return [...rows, ...(await endRows(world, load, stage)), ...(await ledgerRows(ledger))]
  } finally {
    await Promise.all([probe.stop(), load.end()])
  }
}

export const failures: Part = {
  name: 'failures',
  title: 'servers die or hang under load, nothing acknowledged is lost, and service is back by itself',
  minutes: { short: 15, long: 40 },
  stores: ['mongo', 'mongo-set'],
  async run(needs) {
    const world = await openWorld({ store: needs.store, processes: PROCESSES })
    const front = makeFront([...world.servers])
    const supervisor = supervise(world, front.serve)
    try {
      const rows = await playAll(world, front, supervisor, needs)
      return [...rows, is('processes that ended, but by the proof', supervisor.unforeseen(), 0)]
    } finally {
      await supervisor.dismiss()
      await world.stop()
    }
  },
}
