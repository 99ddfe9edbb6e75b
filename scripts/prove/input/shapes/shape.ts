import type fc from 'fast-check'
import type { Request } from '../request.ts'
import type { Standing } from '../standing.ts'

/** One way of spoiling a request. */
export type Twist = { readonly say: string; readonly apply: (request: Request, standing: Standing) => Request }

export type Shape = {
  readonly name: string
  readonly twists: fc.Arbitrary<Twist>
  /**
   * form: a form of ours so spoilt is refused whole, whatever else it holds. wire: the same, and Node's own parser may be the
   * one that says so, or the connection close without a word. Left out: what it asks may be answered.
   */
  readonly refuses?: 'form' | 'wire'
  /** Sent to every route by every method that it takes before anything else: a form cut short has seen these. */
  readonly first?: true
  /** Answers over one connection at most: 1 unless told otherwise. */
  readonly answers?: number
}

/** How a value is told in a report: short, on one line. */
export const told = (value: string): string => {
  const text = JSON.stringify(value).slice(1, -1)
  return text.length > 60 ? `${text.slice(0, 60)}…(${value.length})` : text
}
