/** Every route by every method, spoilt in every way, by somebody without anything and by somebody who has it all. */
import fc from 'fast-check'
import type { Request } from './request.ts'
import { METHODS, NODES_OWN, type Route, type Routes } from './routes.ts'
import { shapes } from './shapes/all.ts'
import type { Shape, Twist } from './shapes/shape.ts'
import type { Standing } from './standing.ts'

export type Case = {
  readonly route: Route
  readonly method: string
  readonly who: 'nobody' | 'somebody'
  readonly shape: Shape
  readonly wire: boolean
  /** Refused whole, whatever the rest is. */
  readonly refused: boolean
  readonly say: string
  /** Whether the cookies sent are not this person's, or signed by none. */
  readonly impostor: boolean
  readonly apply: (request: Request, standing: Standing) => Request
}

type Place = Pick<Case, 'route' | 'method' | 'who' | 'shape'>

const once = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T => {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 })
  if (value === undefined) throw new Error('nothing was drawn')
  return value
}

const mixed = <T>(all: readonly T[], seed: number): readonly T[] => {
  let state = seed >>> 0
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return all
    .map(value => ({ value, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}

/** Refused at the door of every page: a body that is no form. */
const refusedWhole = ({ route, method, shape }: Place, { isPage }: Pick<Routes, 'isPage'>): boolean =>
  shape.refuses === 'form' && method === 'POST' && isPage(route) && route.methods.includes('POST')

const places = (routes: Routes): readonly Place[] =>
  routes.all.flatMap(route =>
    METHODS.flatMap(method =>
      shapes.flatMap(shape => (['nobody', 'somebody'] as const).map(who => ({ route, method, who, shape }))),
    ),
  )

/** May come along with any other: it changes a value, never how the request is framed or whether it is one. */
const companions = shapes.filter(({ refuses, answers }) => refuses === undefined && answers === undefined)

const IMPOSTURES = new Set(['all', 'signatures'])

const caseAt = (place: Place, routes: Routes, seed: number, second: boolean): Case => {
  const { route, method, who, shape } = place
  const twist: Twist = once(shape.twists, seed)
  const other = second ? once(fc.constantFrom(...companions), seed + 1) : undefined
  const added = other && once(other.twists, seed + 2)
  const more = added === undefined ? '' : `, and ${other?.name} (${added.say})`
  return {
    ...place,
    wire: shape.refuses === 'wire' || NODES_OWN.has(method),
    refused: refusedWhole(place, routes),
    impostor: shape.name.startsWith('cookies swapped') && IMPOSTURES.has(twist.say),
    say: `${method} ${route.path} by ${who}: ${shape.name} (${twist.say})${more}`,
    // the companion first: it could otherwise put right what the shape spoilt
    apply: (request, standing) => twist.apply(added?.apply(request, standing) ?? request, standing),
  }
}

export type Cases = {
  readonly name: 'door' | 'rest'
  /** How many there are, each once. */
  readonly single: number
  at(index: number): Case
}

/** Of the protocol's endpoints the router knows no methods: they take one of these, or both. */
const TAKEN = new Set(['GET', 'POST'])

const isTaken = ({ route, method }: Place): boolean =>
  route.methods.length > 0 ? route.methods.includes(method) : TAKEN.has(method)

/** All that are refused at the door, again and again with other values; then everything else, and at last two things at once. */
export const makeCases = (routes: Routes, seed: number) => {
  const all = mixed(places(routes), seed)
  const door = all.filter(place => refusedWhole(place, routes))
  const open = all.filter(place => !refusedWhole(place, routes))
  const isFirst = (place: Place): boolean => place.shape.first === true && isTaken(place)
  const rest = [...open.filter(isFirst), ...open.filter(place => !isFirst(place))]
  const from = (name: Cases['name'], list: readonly Place[], companion: boolean): Cases => ({
    name,
    single: list.length,
    at: index => {
      const place = list[index % list.length]
      if (!place) throw new Error('no case')
      return caseAt(place, routes, (seed + index * 7919) | 0, companion && index >= list.length)
    },
  })
  return { door: from('door', door, false), rest: from('rest', rest, true), shapes: shapes.length }
}
