/** What many ways of spoiling begin with: a form with more in it, a parameter of any value. */
import type fc from 'fast-check'
import { type Raw, type Request, withParameter } from '../request.ts'
import { type Shape, type Twist, told } from './shape.ts'

export const FORM = 'application/x-www-form-urlencoded'

const adding = (request: Request, ...pairs: readonly Raw[]): Request => ({
  ...request,
  fields: [...(request.fields ?? []), ...pairs],
  type: FORM,
})
export const adds = (say: string, ...pairs: readonly Raw[]): Twist => ({
  say: told(say),
  apply: request => adding(request, ...pairs),
})

export const given = (name: string, value: Raw): Twist => ({
  say: `${name}=${told(value)}`,
  apply: request => withParameter(request, name, value.slice(0, 12_000)),
})
export const shape = (name: string, twists: fc.Arbitrary<Twist>): Shape => ({ name, twists })

/** The host that a request names. */
export const own = ({ hosts }: Request): Raw => hosts[0] ?? ''
