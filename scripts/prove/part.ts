/** What a part of the proof is, and what it says: figures, each beside the bound that it is held to. */
import type { StoreKind } from './world/store.ts'

/** short: within `npm test`. long: what is run before anything is called proven. */
export type Form = 'short' | 'long'

export type Figure = number | string
export type Bound =
  | { readonly kind: 'is'; readonly value: Figure }
  | { readonly kind: 'atMost'; readonly value: number }
  | { readonly kind: 'atLeast'; readonly value: number }

export type Row = {
  /** A few words that stand alone: « holders of one number ». Unique within its part. */
  readonly what: string
  readonly figure: Figure
  readonly unit?: string
  /** A row without one is there to be read; it holds by nature. */
  readonly bound?: Bound
  /** What a reader of a failure looks at first. Never personal data. */
  readonly note?: string
}

export type PartNeeds = {
  readonly form: Form
  readonly store: StoreKind
  /** How long it lasts, for a part that lasts as long as is wanted (`--minutes`). */
  readonly minutes?: number
  /** One line of progress, replaced by the next one where a person watches. */
  readonly progress: (line: string) => void
  /** Aborted when the part's time is up: loops look at it and stop. */
  readonly signal: AbortSignal
}

export type Part = {
  /** As it is asked for: `npm run prove -- races`. */
  readonly name: string
  readonly title: string
  /** When it is cut, in minutes: a part bounds its own counts well within. */
  readonly minutes: { readonly [form in Form]: number }
  /** The stores on which it means something; every one unless it says which. */
  readonly stores?: readonly StoreKind[]
  run(needs: PartNeeds): Promise<readonly Row[]>
}

export const is = (what: string, figure: Figure, value: Figure, note?: string): Row => ({
  what,
  figure,
  bound: { kind: 'is', value },
  ...(note === undefined ? {} : { note }),
})
export const atMost = (what: string, figure: number, value: number, unit?: string, note?: string): Row => ({
  what,
  figure,
  bound: { kind: 'atMost', value },
  ...(unit === undefined ? {} : { unit }),
  ...(note === undefined ? {} : { note }),
})
export const atLeast = (what: string, figure: number, value: number, unit?: string, note?: string): Row => ({
  what,
  figure,
  bound: { kind: 'atLeast', value },
  ...(unit === undefined ? {} : { unit }),
  ...(note === undefined ? {} : { note }),
})

/** Whether the figure keeps its bound. A figure that is no number keeps none. */
export const holds = ({ figure, bound }: Row): boolean => {
  if (!bound) return true
  if (bound.kind === 'is') return figure === bound.value
  if (typeof figure !== 'number' || Number.isNaN(figure)) return false
  return bound.kind === 'atMost' ? figure <= bound.value : figure >= bound.value
}
