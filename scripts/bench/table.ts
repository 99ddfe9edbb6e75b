/** The measures as people read them, and as programs do. */
import { machine } from '../machine.ts'
import { columns } from '../table.ts'

export type Measure = {
  readonly measure: string
  readonly unit: 'ms CPU' | 'ms' | 'MB'
  readonly figure: number
  readonly baseline?: { readonly of: string; readonly figure: number }
  /** Of the ratio to the baseline when there is one, else of the figure. */
  readonly aim?: { readonly kind: 'ratio' | 'figure'; readonly atMost: number }
}

const ratioOf = ({ figure, baseline }: Measure): number | undefined => baseline && figure / baseline.figure

const metOf = (measure: Measure): boolean | undefined => {
  if (!measure.aim) return undefined
  const held = measure.aim.kind === 'ratio' ? ratioOf(measure) : measure.figure
  return held !== undefined && held <= measure.aim.atMost
}

const round = (value: number): string => value.toFixed(value >= 100 ? 0 : 2)

const shown = (measure: Measure): readonly string[] => {
  const { unit, figure, baseline, aim } = measure
  const ratio = ratioOf(measure)
  const met = metOf(measure)
  return [
    measure.measure,
    `${round(figure)} ${unit}`,
    baseline ? `${baseline.of} ${round(baseline.figure)}` : '',
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    aim ? `≤ ${aim.atMost}${aim.kind === 'ratio' ? ' ×' : ` ${unit}`}` : '',
    met === undefined ? '' : met ? 'met' : 'NOT MET',
  ]
}

export const asTable = (measures: readonly Measure[]): string =>
  columns([['measure', 'figure', 'baseline', 'ratio', 'aim', ''], ...measures.map(shown)])

export const asJson = (measures: readonly Measure[], at: Date): string => {
  const told = measures.map(one => ({ ...one, ratio: ratioOf(one), met: metOf(one) }))
  return `${JSON.stringify({ at: at.toISOString(), machine: machine(), measures: told }, null, 2)}\n`
}
