/** What one journey's tries say: whether answers and mails are the same, and how far apart their times lie beside noise. */
import { is, type Row } from '../part.ts'
import type { Journey } from './journeys.ts'
import { median, noiseOf } from './noise.ts'
import type { Try } from './play.ts'
import type { Standing } from './standings.ts'

/** Whole runs out of a hundred where groups that are all the same pass for different: by chance, in any of the comparisons. */
const FALSE_ALARMS = 0.01
const DRAWS = 30_000
/** Of the redrawing of who was in which group. */
const SEED = 20_261_125
/** Seconds that a wait told may be shorter for having been asked a moment later. */
const WAIT_SLACK = 3

type Measure = 'answered' | 'following'
export const MEASURES: readonly Measure[] = ['answered', 'following']

const NAMES: { readonly [measure in Measure]: string } = { answered: 'time', following: 'time of the next requests' }

/** Where the first answer that is not the first one's differs: never what differs. */
const differing = (tries: readonly Try[]): { readonly count: number; readonly note: string } => {
  const [first] = tries
  if (!first) return { count: 0, note: 'none was made' }
  const parts = Object.keys(first.answer) as (keyof Try['answer'])[]
  const differs = ({ answer }: Try) =>
    parts.filter(part => JSON.stringify(answer[part]) !== JSON.stringify(first.answer[part]))
  const others = tries.filter(one => differs(one).length > 0)
  const where = new Set(others.map(one => `${one.standing}: ${differs(one).join(', ')}`))
  return { count: others.length, note: [...where].join('; ') }
}

const waitsApart = (tries: readonly Try[]): number => {
  const waits = tries.flatMap(({ wait }) => wait ?? [])
  const longest = Math.max(...waits)
  return (
    waits.filter(wait => wait < longest - WAIT_SLACK).length + (waits.length === 0 ? 0 : tries.length - waits.length)
  )
}

const mailsApart = (tries: readonly Try[], { told }: Journey) => {
  const shapes = new Map<string, string>()
  const other = tries.filter(one => {
    const [mail] = one.mails
    if (one.told !== told(one.standing)) return true
    if (!mail) return false
    const shape = JSON.stringify(mail)
    if (!shapes.has(one.told)) shapes.set(one.told, shape)
    return shapes.get(one.told) !== shape
  })
  return {
    count: other.length,
    note: [...new Set(other.map(({ standing, told }) => `${standing}: ${told}`))].join('; '),
  }
}

export const sameness = (journey: Journey, tries: readonly Try[], expected: number): readonly Row[] => {
  const answers = differing(tries)
  const mails = mailsApart(tries, journey)
  const waits = tries.some(({ wait }) => wait !== undefined)
  return [
    is(`${journey.name}: tries`, tries.length, expected),
    is(`${journey.name}: answers that differ`, answers.count, 0, answers.note),
    ...(waits ? [is(`${journey.name}: waits that differ`, waitsApart(tries), 0)] : []),
    is(`${journey.name}: mails that differ`, mails.count, 0, mails.note),
  ]
}

/** One comparison for each standing that is no twin, and for the twins one, that is there to be read. */
export const timing = (
  { name, standings }: Journey,
  tries: readonly Try[],
  measure: Measure,
  comparisons: number,
): readonly Row[] => {
  const of = (...which: readonly Standing[]) =>
    tries.filter(({ standing }) => which.includes(standing)).map(one => one[measure])
  const [one, twin, ...others] = standings
  const usual = median(of(one, twin))
  const noise = noiseOf([of(one), of(twin)], { beyond: FALSE_ALARMS / comparisons, draws: DRAWS, seed: SEED })
  const shown = (figure: number) => figure.toFixed(0)
  const at = (standing: Standing) => `${shown(median(of(standing)))} µs, ${one} ${shown(usual)} µs`
  return [
    {
      what: `${name}, ${NAMES[measure]}: the same twice`,
      figure: Math.abs(median(of(one)) - median(of(twin))),
      unit: 'µs',
      note: `${one}, ${usual.toFixed(0)} µs; noise ${noise.toFixed(0)} µs`,
    },
    ...others.map(
      (standing): Row => ({
        what: `${name}, ${NAMES[measure]}: ${standing}`,
        figure: Math.abs(median(of(standing)) - usual),
        unit: 'µs',
        bound: { kind: 'atMost', value: noise },
        note: at(standing),
      }),
    ),
  ]
}

export const comparisonsOf = (journeys: readonly Journey[]): number =>
  journeys.reduce((sum, { standings }) => sum + (standings.length - 2) * MEASURES.length, 0)
