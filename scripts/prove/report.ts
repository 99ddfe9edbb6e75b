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

export const asTable = ({ part, title, form, store, seconds, rows, fault }: Proven): string =>
  [
    `${part}: ${title} (${form} form, ${store} store, ${seconds.toFixed(0)} s)`,
    columns([['what', 'figure', 'bound', '', ''], ...rows.map(shown)]),
    ...(fault === undefined ? [] : [`CUT SHORT: ${fault}`]),
  ].join('\n')

export const asJson = (proven: Proven, at: Date): string => {
  const rows = proven.rows.map(row => ({ ...row, held: holds(row) }))
  return `${JSON.stringify({ at: at.toISOString(), machine: machine(), ...proven, rows, proven: isProven(proven) }, null, 2)}\n`
}
