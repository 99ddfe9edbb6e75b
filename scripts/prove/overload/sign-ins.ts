/** Sign-ins offered at once, twice, five and ten times what the machine can do. */
import { atMost, is, type PartNeeds, type Row } from '../part.ts'
import type { Offered, PageTimes } from './crowd.ts'
import {
  type Ground,
  givePages,
  goodputRow,
  openGround,
  others,
  prepare,
  read,
  signIns,
  watchMemory,
} from './ground.ts'

export type SignInPlan = {
  /** Multiples of what the machine can do. */
  readonly times: readonly number[]
  readonly seconds: number
  /** Whoever signs in to see what that is. */
  readonly people: number
}
/** Who comes again after a refusal, besides those who will get in. */
const TURNED_AWAY = 300
const READS = 50

type Stage = {
  readonly times: number
  readonly offered: Offered
  readonly pages: PageTimes
  readonly memory: number
  readonly recovery: number
  /** CPU of the server, in ms. */
  readonly cpu: number
}

/** After the load: how long until a lone sign-in and every page are quick again, in s. */
const QUICK_MS = 250
const recover = async (ground: Ground): Promise<number> => {
  const began = performance.now()
  for (;;) {
    const [one, pages] = await Promise.all([
      signIns(ground, { perSecond: 1, seconds: 1 }),
      read(ground, { perSecond: 50, seconds: 0.2 }),
    ])
    const seconds = (performance.now() - began) / 1000
    if (one.done.count === 1 && one.done.most < QUICK_MS && pages.all.most < QUICK_MS) return seconds
    if (seconds > 30) return Number.POSITIVE_INFINITY
  }
}

const stage = async (ground: Ground, times: number, capacity: number, seconds: number): Promise<Stage> => {
  await prepare(ground, Math.ceil(capacity * seconds * 1.3) + TURNED_AWAY)
  const memory = watchMemory(ground.server)
  const before = await ground.server.cpu()
  const [offered, pages] = await Promise.all([
    signIns(ground, { perSecond: times * capacity, seconds }),
    read(ground, { perSecond: READS, seconds }),
  ])
  const recovery = await recover(ground)
  return { times, offered, pages, recovery, memory: await memory.stop(), cpu: (await ground.server.cpu()) - before }
}

const rowsOf = (
  { times, offered, pages, memory, recovery, cpu }: Stage,
  peak: number,
  asked: number,
): readonly Row[] => {
  const of = `${times} ×: `
  const { statuses } = offered
  return [
    goodputRow(of, offered, { peak, asked }),
    atMost(
      `${of}other pages, 99th percentile`,
      pages.all.p99,
      100,
      'ms',
      Object.entries(pages.times)
        .map(([page, { p99 }]) => `${page} ${p99.toFixed(0)}`)
        .join(', '),
    ),
    is(`${of}pages that were not given`, others(pages.statuses, ['200']), 0),
    is(`${of}answers neither a sign-in nor a 503`, others(statuses, ['303', '503']), 0),
    is(`${of}refusals without Retry-After`, offered.unfit, 0),
    is(`${of}arrivals that nobody was left to make`, offered.starved, 0),
    atMost(`${of}memory at most`, memory, 512, 'MB'),
    atMost(`${of}recovery`, recovery, 5, 's'),
    {
      what: `${of}a sign-in, 99th percentile`,
      figure: offered.done.p99,
      unit: 'ms',
      note: `half within ${offered.done.p50.toFixed(0)} ms`,
    },
    {
      what: `${of}a refusal, 99th percentile`,
      figure: offered.refused.count > 0 ? offered.refused.p99 : 'none',
      unit: 'ms',
      note: `half within ${offered.refused.p50.toFixed(0)} ms`,
    },
    {
      what: `${of}generator`,
      figure: offered.cost,
      unit: 'ms CPU a request',
      note: `late by ${offered.lateness.p99.toFixed(0)} ms at the 99th percentile`,
    },
    {
      what: `${of}server`,
      figure: cpu / 1000,
      unit: 's CPU',
      note: `${(offered.done.count / (cpu / 1000)).toFixed(1)} sign-ins a second of it`,
    },
  ]
}

export const provesSignIns = async (
  { form, store, progress, signal }: PartNeeds,
  plan: SignInPlan,
): Promise<readonly Row[]> => {
  progress('sign-ins: people are given accounts')
  const ground = await openGround({ form, store })
  try {
    await ground.join(plan.people)
    await givePages(ground)
    progress('sign-ins: what the machine can do')
    await prepare(ground, plan.people)
    const before = await ground.server.cpu()
    const alone = (await ground.crowd.ask('closedLoop', 6)) as Offered
    const each = ((await ground.server.cpu()) - before) / alone.done.count
    const capacity = alone.goodput
    await ground.join(Math.max(0, Math.ceil(capacity * plan.seconds * 1.3) + TURNED_AWAY - plan.people))
    const stages: Stage[] = []
    for (const times of plan.times) {
      if (signal.aborted) break
      progress(`sign-ins: ${times} times ${capacity.toFixed(0)} a second`)
      stages.push(await stage(ground, times, capacity, plan.seconds))
    }
    const peak = Math.max(...stages.map(({ offered }) => offered.goodput))
    return [
      {
        what: 'sign-ins that the machine can do',
        figure: capacity,
        unit: '/s',
        note: `${each.toFixed(1)} ms CPU each`,
      },
      ...stages.flatMap(one => rowsOf(one, peak, one.times * capacity)),
    ]
  } finally {
    await ground.close()
  }
}
