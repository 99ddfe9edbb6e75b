/** The rows as people read them, and as programs do. */

import { machine } from '../machine.ts'
import { columns } from '../table.ts'
import { type Bound, type Figure, holds, type Row } from './part.ts'

export type Proven = {
  readonly part: string
  readonly title: string
  readonly form: string
  readonly store: string
  readonly seconds: number
  readonly rows: readonly Row[]
  /** What ended the part before its end. */
  readonly fault?: string
}

export const isProven = ({ rows, fault }: Proven): boolean =>
  fault === undefined && rows.length > 0 && rows.every(holds)

const figureShown = (figure: Figure): string =>
  typeof figure === 'string' || Number.isInteger(figure) ? String(figure) : figure.toFixed(figure >= 100 ? 0 : 2)

const SIGNS: { readonly [kind in Bound['kind']]: string } = { is: '=', atMost: '≤', atLeast: '≥' }

const shown = (row: Row): readonly string[] => {
  const { what, figure, unit = '', bound, note = '' } = row
  return [
    what,
    `${figureShown(figure)} ${unit}`.trim(),
    bound ? `${SIGNS[bound.kind]} ${figureShown(bound.value)} ${unit}`.trim() : '',
    bound ? (holds(row) ? 'held' : 'NOT HELD') : '',
    note,
  ]
}

const heading = ({ part, title, form, store, seconds }: Proven): string =>
  `${part}: ${title} (${form} form, ${store} store, ${seconds.toFixed(0)} s)`

const HEADERS = ['what', 'figure', 'bound', '', '']
const ended = ({ fault }: Proven): readonly string[] => (fault === undefined ? [] : [`CUT SHORT: ${fault}`])

/** What is wrong and nothing else: logs are read from their end, and cut. */
export const asFailure = (proven: Proven): string => {
  const missed = proven.rows.filter(row => !holds(row))
  return [
    heading(proven),
    ...(missed.length === 0 ? [] : [columns([HEADERS, ...missed.map(shown)])]),
    ...ended(proven),
    ...(proven.rows.length === 0 && proven.fault === undefined ? ['it found nothing to say'] : []),
  ].join('\n')
}

export const asTable = (proven: Proven): string =>
  [heading(proven), columns([HEADERS, ...proven.rows.map(shown)]), ...ended(proven)].join('\n')

export const asJson = (proven: Proven, at: Date): string => {
  const rows = proven.rows.map(row => ({ ...row, held: holds(row) }))
  return `${JSON.stringify({ at: at.toISOString(), machine: machine(), ...proven, rows, proven: isProven(proven) }, null, 2)}\n`
}
