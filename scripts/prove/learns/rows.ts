/** What one journey's tries say: whether answers and mails are the same, and how far apart their times lie beside noise. */
import { atMost, is, type Row } from '../part.ts'
import type { Journey } from './journeys.ts'
import { noiseOf, quantile } from './noise.ts'
import type { Try } from './play.ts'
import type { Standing } from './standings.ts'

/** Whole runs out of a hundred where groups that are all the same pass for different: by chance, in any of the comparisons. */
const FALSE_ALARMS = 0.01
const DRAWS = 30_000
/** Of the redrawing of who was in which group. */
const SEED = 20_261_125
/** Seconds that a wait told may be shorter for having been asked a moment later. */
const WAIT_SLACK = 3

type Measure = {
  readonly name: string
  readonly of: 'answered' | 'following' | 'worked'
  /** Of the times, from the shortest on. The shortest tenth is what somebody looks at who waits for a quiet moment. */
  readonly share: number
}
export const MEASURES: readonly Measure[] = [
  { name: 'median time', of: 'answered', share: 0.5 },
  { name: 'shortest tenth', of: 'answered', share: 0.1 },
  { name: 'processor for it, median', of: 'worked', share: 0.5 },
  { name: 'processor for it, shortest tenth', of: 'worked', share: 0.1 },
  { name: 'next requests, median', of: 'following', share: 0.5 },
  { name: 'next requests, shortest tenth', of: 'following', share: 0.1 },
]

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

/** The standing that lies farthest from nobody's, beside the noise; the note gives every one's time. */
export const timing = (
  { name: journey, standings }: Journey,
  tries: readonly Try[],
  { name, of, share }: Measure,
  comparisons: number,
): Row => {
  const times = (...which: readonly Standing[]) =>
    tries.filter(({ standing }) => which.includes(standing)).map(one => one[of])
  const at = (...which: readonly Standing[]) => quantile(times(...which), share)
  const [one, twin, ...others] = standings
  const beyond = FALSE_ALARMS / comparisons
  const noise = noiseOf([times(one), times(twin)], share, { beyond, draws: DRAWS, seed: SEED })
  const usual = at(one, twin)
  const apart = others.map(standing => Math.abs(at(standing) - usual))
  const each = standings.map(standing => `${standing} ${at(standing).toFixed(0)}`)
  return atMost(`${journey}: ${name}`, Math.max(...apart), noise, 'µs', each.join('; '))
}

/** There to be read: a mail costs its work, some time or other, to those who are mailed something. */
export const mailing = ({ name, standings }: Journey, tries: readonly Try[]): Row => {
  const at = (standing: Standing) =>
    quantile(
      tries.filter(one => one.standing === standing).map(({ workedAfter }) => workedAfter),
      0.5,
    )
  const [first] = standings
  const each = standings.map(standing => `${standing} ${at(standing).toFixed(0)}`)
  return {
    what: `${name}: processor for mails and next requests`,
    figure: at(first),
    unit: 'µs',
    note: each.join('; '),
  }
}

export const comparisonsOf = (journeys: readonly Journey[]): number =>
  journeys.reduce((sum, { standings }) => sum + (standings.length - 2) * MEASURES.length, 0)
