/** Each use case is played once to learn its steps, then once for each of them, by a process that dies there. */
import { setTimeout as wait } from 'node:timers/promises'
import { waitFor } from '../../../test/support/wait.ts'
import { is, type PartNeeds, type Row } from '../part.ts'
import type { Server } from '../world/servers.ts'
import { aProvedService } from '../world/service.ts'
import { openUpstream } from '../world/upstream.ts'
import { openWorld } from '../world/world.ts'
import { claimCases } from './cases/claims.ts'
import { identityCases } from './cases/identities.ts'
import { mailCases } from './cases/mails.ts'
import { recoveryCases } from './cases/recovery.ts'
import { signInCases } from './cases/sign-in.ts'
import { signUpCases } from './cases/sign-up.ts'
import { tokenCases } from './cases/tokens.ts'
import { agentCases, workerCases } from './cases/workers.ts'
import { makeLedger } from './ledger.ts'
import { isMoved, SUBJECTS } from './people.ts'
import type { Point } from './points.ts'
import { openReceiver } from './receiver.ts'
import { LONG_MS, makeStage, type Stage, type UseCase } from './stage.ts'
import { makeTroupe, type Troupe } from './troupe.ts'

const requests = [
  ...signUpCases,
  ...signInCases,
  ...tokenCases,
  ...recoveryCases,
  ...agentCases,
  ...identityCases,
  ...claimCases,
]

/** Steps that every process passes, whatever it is asked: what looks for work and finds none writes nothing. */
const NOT_A_STEP = /^(ready|close|facts\.|audit\.close|jobs\.lease.*#([2-9]|\d\d))/
/** What each minute's purge does: on a slow machine it comes meanwhile, and is no step of what is not about it. */
const OF_A_PURGE = /^(artefacts\.leaseExpiredSessions|accounts\.purgePending|jobs\.purge|audit\.purge)/
const isStepOf = ({ works, purges }: UseCase, step: string): boolean =>
  !NOT_A_STEP.test(step) &&
  (purges || !OF_A_PURGE.test(step)) &&
  (!step.startsWith('jobs.lease') || step === `jobs.lease(${works})#1`)
const DYING_MS = 90_000
const LAST_STEP_MS = 2000
/** Use cases of requests that are played at once: each has people and processes of its own. */
const LANES = 3

type Played = { name: string; steps: number; deaths: number; unreached: string[]; seconds: number; failures: string[] }

const sum = (played: readonly Played[], of: (one: Played) => number): number =>
  played.reduce((whole, one) => whole + of(one), 0)
const rowOf = ({ name, steps, deaths, seconds, failures }: Played): Row =>
  is(
    `${name}: deaths that cost something`,
    failures.length,
    0,
    [`${steps} steps, ${deaths} deaths, ${seconds.toFixed(0)} s`, ...failures.slice(0, 12)].join(' | '),
  )

const within = async <T>(act: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took too long`)), DYING_MS)
  })
  try {
    return await Promise.race([act, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What an act leaves to its queue is done by the same process afterwards, while it lives. */
const workedOff = async ({ world }: Stage, { works }: UseCase, server: Server): Promise<void> => {
  if (!works) return
  const { jobs } = world.foundations.stores
  const isOver = async () => !server.alive() || (await jobs.count(works)) === 0
  await waitFor(isOver, LONG_MS).catch(() => undefined)
}

/** The steps of the use case, in their order, by a process that lives. */
const traceOnce = async (stage: Stage, useCase: UseCase, troupe: Troupe): Promise<readonly string[]> => {
  const server = await troupe.next()
  let steps: readonly string[] | undefined
  try {
    const scene = await useCase.prepare(stage, server)
    await server.ask('begin')
    await scene.act(server)
    await workedOff(stage, useCase, server)
    steps = (await server.ask('traced')) as readonly string[]
    return steps.filter(step => isStepOf(useCase, step))
  } finally {
    if (!steps || useCase.works) await server.kill()
    else troupe.giveBack(server)
  }
}

/** What runs jobs does first what others left to do, which comes once: its own steps are those of the second time. */
const trace = async (stage: Stage, useCase: UseCase, troupe: Troupe): Promise<readonly string[]> => {
  if (useCase.works) await traceOnce(stage, useCase, troupe)
  return traceOnce(stage, useCase, troupe)
}

/** Whether it died at the point; whatever happens, it runs no longer. */
const died = async (dying: Server, useCase: UseCase, stage: Stage, point: Point) => {
  try {
    const scene = await useCase.prepare(stage, dying)
    await dying.ask('begin', point)
    const acting = scene.act(dying)
    acting.catch(() => undefined)
    const ended = dying.ended.then(() => true)
    const lived = acting.then(
      async () => {
        await workedOff(stage, useCase, dying)
        // its last step may be answered a moment before it dies of it
        await wait(LAST_STEP_MS)
        return false
      },
      () => true,
    )
    const reached = await Promise.race([ended, lived])
    if (reached) await within(dying.ended, 'dying')
    return { scene, reached }
  } finally {
    await dying.kill()
  }
}

const dieAt = async (stage: Stage, useCase: UseCase, point: Point, troupe: Troupe): Promise<'died' | 'unreached'> => {
  const { scene, reached } = await died(await troupe.next(), useCase, stage, point)
  const living = await troupe.next()
  let through = false
  try {
    await within(scene.retry(living), 'the retry')
    through = true
  } finally {
    if (!through || useCase.works || isMoved(living)) await living.kill()
    else troupe.giveBack(living)
  }
  return reached ? 'died' : 'unreached'
}

/**
 * Between two steps of a request nothing else is done: to die after one is to die before the next. What runs jobs sends mails and
 * calls services in between, which the store does not see.
 */
const pointsOf = ({ works }: UseCase, steps: readonly string[]): readonly Point[] =>
  steps.flatMap((step, nth) => {
    const before: Point = { step, when: 'before' }
    return works || nth === steps.length - 1 ? [before, { step, when: 'after' }] : [before]
  })

const textOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault))

const play = async (
  stage: Stage,
  useCase: UseCase,
  troupe: Troupe,
  { form, signal, progress }: PartNeeds,
): Promise<Played> => {
  const { name } = useCase
  const began = performance.now()
  const played: Played = { name, steps: 0, deaths: 0, unreached: [], seconds: 0, failures: [] }
  const steps = await trace(stage, useCase, troupe).catch((fault: unknown) => {
    played.failures.push(`with no death at all: ${textOf(fault)}`)
    return []
  })
  played.steps = steps.length
  const points = pointsOf(useCase, steps)
  // the short form dies once in each use case that it plays, somewhere in the middle
  const chosen = form === 'long' ? points : points.slice(points.length >> 1, (points.length >> 1) + 1)
  for (const point of chosen) {
    if (signal.aborted) break
    progress(`${name}, ${point.when} ${point.step}; ${[played.deaths, ...played.failures.slice(-1)].join(' | ')}`)
    try {
      if ((await dieAt(stage, useCase, point, troupe)) === 'unreached')
        played.unreached.push(`${name}, ${point.when} ${point.step}`)
    } catch (fault) {
      played.failures.push(`${point.when} ${point.step}: ${textOf(fault)}`)
    }
    played.deaths += 1
  }
  return { ...played, seconds: (performance.now() - began) / 1000 }
}

const SHORT: ReadonlySet<string> = new Set([
  ...['activation by browser', 'sign-out', 'mail activation', 'session expired'],
  ...['FranceConnect: sign-up', 'case: samePerson takes effect'],
])

const selected = (cases: readonly UseCase[], { form }: PartNeeds): readonly UseCase[] => {
  const only = process.env.PROVE_CRASH_ONLY
  if (only) return cases.filter(({ name }) => only.split(',').some(part => name.includes(part)))
  return form === 'long' ? cases : cases.filter(({ name }) => SHORT.has(name))
}

export const faultPoints = async (needs: PartNeeds): Promise<readonly Row[]> => {
  const upstream = await openUpstream()
  const world = await openWorld({ store: needs.store, processes: 0, settings: upstream.settings })
  const receiver = await openReceiver()
  const troupe = makeTroupe(world, 1)
  try {
    const ledger = makeLedger(world)
    const service = await aProvedService(world, { name: 'Bourse aux plantes', backchannelLogoutUri: receiver.uri })
    const stranger = await aProvedService(world, { name: 'Jardin partagé', firstParty: false })
    const stage = makeStage({ world, ledger, service, stranger, receiver, upstream }, SUBJECTS)
    const played: Played[] = []
    for (const useCase of selected([...mailCases, ...workerCases], needs))
      played.push(await play(stage, useCase, troupe, needs))
    // from here on somebody else runs the outbox
    const worker = await world.start()
    const left = [...selected(requests, needs)]
    const lane = async (): Promise<void> => {
      for (let useCase = left.shift(); useCase; useCase = left.shift())
        played.push(await play(stage, useCase, troupe, needs))
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    await worker.drain()

    const damaged = await ledger.damaged()
    const unreached = played.flatMap(one => one.unreached)
    return [
      { what: 'use cases', figure: played.length },
      { what: 'steps that write', figure: sum(played, one => one.steps) },
      { what: 'deaths at a step', figure: sum(played, one => one.deaths) - unreached.length },
      ...played.map(rowOf),
      is('steps not reached again', unreached.length, 0, unreached.slice(0, 8).join(' | ')),
      is('mails sent more than once more', stage.tooManyMails(), 0),
      is('numbers with two holders', await ledger.twiceHeld(), 0),
      is('audit segments cut or altered', damaged.length, 0, damaged.slice(0, 3).join(' | ')),
    ]
  } finally {
    await troupe.dismiss()
    await world.stop()
    await receiver.stop()
    await upstream.stop()
  }
}
