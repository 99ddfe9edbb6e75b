/** An hour of mixed load on one server, started as in production: what it holds in memory does not grow. */
import { setTimeout as pause } from 'node:timers/promises'
import { atLeast, atMost, is, type Part, type PartNeeds, type Row } from '../part.ts'
import { aProvedService } from '../world/service.ts'
import { openWorld, type World } from '../world/world.ts'
import { makeActs } from './acts.ts'
import { type Letters, openLetters } from './letters.ts'
import { type Load, startLoad } from './load.ts'
import { aRegular, makeNewcomers, type Regular } from './people.ts'
import { likeProduction } from './production.ts'
import { halves, type Sample, slope } from './trend.ts'

const REGULARS = { short: 40, long: 400 } as const
/** About a quarter of a core: a sign-in takes some 40 ms, most of it its hash. */
const ACTS_PER_SECOND = 10
const SAMPLE_MS = { short: 1000, long: 10_000 } as const
/** What a server takes to know its work by heart: caches filled, code compiled. The trend is looked at after it. */
const WARM_UP = 1 / 3
/** Below, there is no trend to speak of: figures are shown without bound. */
const TREND_MINUTES = 30
const HEAP_MB_PER_HOUR = 4
const RESIDENT_MB_PER_HOUR = 8

/** Memory is looked at once what is dead is gone. */
const FLAGS = ['--expose-gc']

type Memory = {
  readonly heap: readonly Sample[]
  readonly resident: readonly Sample[]
  readonly beside: readonly Sample[]
}

const MB = 2 ** 20

const watch = async (
  world: World,
  load: Load,
  {
    minutes,
    everyMs,
    signal,
    progress,
  }: {
    readonly minutes: number
    readonly everyMs: number
    readonly signal: AbortSignal
    readonly progress: (line: string) => void
  },
): Promise<Memory> => {
  const heap: Sample[] = []
  const resident: Sample[] = []
  const beside: Sample[] = []
  const began = performance.now()
  const end = began + minutes * 60_000
  while (performance.now() < end && !signal.aborted) {
    await pause(everyMs, undefined, { signal }).catch(() => undefined)
    const memory = await world.server().memory()
    const hours = (performance.now() - began) / 3_600_000
    heap.push({ hours, mb: memory.heapUsed / MB })
    resident.push({ hours, mb: memory.rss / MB })
    beside.push({ hours, mb: memory.external / MB })
    const acts = Object.values(load.played).reduce((sum, { done }) => sum + done, 0)
    const left = Math.max(0, Math.ceil((end - performance.now()) / 60_000))
    progress(
      `${acts} acts, heap ${(memory.heapUsed / MB).toFixed(1)} MB, resident ${(memory.rss / MB).toFixed(0)} MB, ${left} min left`,
    )
  }
  return { heap, resident, beside }
}

const lastOf = (samples: readonly Sample[]): readonly Sample[] => samples.slice(Math.floor(samples.length * WARM_UP))

const memoryRows = (memory: Memory, bounded: boolean): readonly Row[] => {
  const rowsOf = (name: string, samples: readonly Sample[], perHour?: number): readonly Row[] => {
    const [first, last] = [samples[0]?.mb ?? Number.NaN, samples.at(-1)?.mb ?? Number.NaN]
    const note = `${first.toFixed(1)} MB at first, ${last.toFixed(1)} at last, ${samples.length} looks`
    const late = lastOf(samples)
    const growth = { what: `${name}, growth`, figure: slope(late), unit: 'MB/h', note }
    const ratio = { what: `${name}, second half over first`, figure: halves(late), unit: '×' }
    if (!bounded || perHour === undefined) return [growth, ratio]
    return [
      atMost(growth.what, growth.figure, perHour, growth.unit, note),
      atMost(ratio.what, ratio.figure, 1.05, ratio.unit),
    ]
  }
  return [
    ...rowsOf('heap', memory.heap, HEAP_MB_PER_HOUR),
    ...rowsOf('resident', memory.resident, RESIDENT_MB_PER_HOUR),
    ...rowsOf('beside the heap', memory.beside),
  ]
}

const actRows = ({ played, late }: Load): readonly Row[] => [
  ...Object.entries(played).flatMap(([name, { done, failed, firstFault }]): readonly Row[] => [
    atLeast(`${name}: done`, done, 1),
    is(`${name}: failed`, failed, 0, firstFault),
  ]),
  { what: 'acts let go, too many under way', figure: late() },
]

/** Lines of the log that tell of a fault. */
const faultsIn = (log: string): readonly string[] => log.match(/^\{"level":"?(?:error|fatal|50|60)\b.*$/gm) ?? []

type Play = Pick<PartNeeds, 'form' | 'progress' | 'signal'> & { readonly minutes: number }

const play = async (
  world: World,
  letters: Letters,
  { form, minutes, progress, signal }: Play,
): Promise<readonly Row[]> => {
  const server = await world.start({ flags: FLAGS })
  const service = await aProvedService(world)
  const newcomer = makeNewcomers()
  const regulars: Regular[] = []
  while (regulars.length < REGULARS[form] && !signal.aborted)
    regulars.push(aRegular(world, await world.enrol(newcomer())))
  const load = startLoad(makeActs({ world, service, letters, regulars, newcomer }), ACTS_PER_SECOND)
  const cpu = await server.cpu()
  const began = performance.now()
  const memory = await watch(world, load, { minutes, everyMs: SAMPLE_MS[form], signal, progress })
  const share = ((await server.cpu()) - cpu) / (performance.now() - began)
  await load.stop()
  const faults = faultsIn(await world.logged())
  return [
    ...actRows(load),
    is('faults in the log', faults.length, 0, faults[0]?.slice(0, 200)),
    { what: 'CPU of the server', figure: share * 100, unit: '% of a core' },
    ...memoryRows(memory, minutes >= TREND_MINUTES),
  ]
}

export const soak: Part = {
  name: 'soak',
  title: 'memory stays flat under an hour of mixed load',
  minutes: { short: 6, long: 75 },
  async run({ form, store, minutes = form === 'short' ? 0.4 : 60, progress, signal }) {
    const letters = await openLetters()
    const production = await likeProduction(letters.url)
    try {
      const world = await openWorld({ store, processes: 0, settings: production.settings })
      try {
        return await play(world, letters, { form, minutes, progress, signal })
      } finally {
        await world.stop()
      }
    } finally {
      await production.erase()
      await letters.stop()
    }
  },
}
