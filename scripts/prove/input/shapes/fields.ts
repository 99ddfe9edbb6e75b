/** What the fields of a form can be named, and hold. */
import fc from 'fast-check'
import { MARK, names, PROTOTYPE, texts } from '../hostile.ts'
import { decoded, encoded, pair, withPair } from '../request.ts'
import { type Shape, told } from './shape.ts'
import { adds, FORM } from './twists.ts'

const unknown: Shape = {
  name: 'unknown fields, names of the prototype',
  twists: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...PROTOTYPE), names), texts), { minLength: 1, maxLength: 8 })
    .map(pairs => {
      const named = new Map(pairs.map(([name, value]) => [name.replaceAll('\0', ''), value.replaceAll('\0', '')]))
      return adds([...named.keys()].join(), ...[...named].map(([name, value]) => pair(name, value).slice(0, 4000)))
    }),
}
const values: Shape = {
  name: 'known fields of any value',
  twists: fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 }),
      fc.array(texts, { minLength: 6, maxLength: 6 }),
    )
    .map(([places, given]) => ({
      say: places.map((place, n) => `${place}:${told(given[n] ?? '')}`).join(' '),
      apply: request => {
        const fields = request.fields ?? []
        const spoilt = places.reduce((left, place, n) => {
          const written = (fields[place % Math.max(1, fields.length)] ?? 'intruszqx').split('=')[0] ?? ''
          const name = decoded(written)
          return name === '_token'
            ? left
            : withPair(left, name, encoded((given[n] ?? '').replaceAll('\0', '')).slice(0, 8000))
        }, fields)
        return { ...request, fields: spoilt, type: FORM }
      },
    })),
}
const tokens: Shape = {
  name: 'form tokens cut, of another form, of another person',
  twists: fc
    .oneof(fc.constantFrom('cut', 'none', 'other form', 'other person', 'twice as long', MARK), texts)
    .map(way => ({
      say: told(way),
      apply: (request, { tokens: own, other }) => {
        const now = decoded(request.fields?.find(one => one.startsWith('_token='))?.slice(7) ?? '')
        const others = Object.values(own).filter(token => token !== now)
        const made: { readonly [way: string]: string | undefined } = {
          cut: now.slice(0, -3),
          none: '',
          'other form': others[now.length % Math.max(1, others.length)],
          'other person': Object.values(other.tokens)[0],
          'twice as long': now + now,
        }
        const token = Object.hasOwn(made, way) ? (made[way] ?? '') : way.replaceAll('\0', '')
        return {
          ...request,
          fields: withPair(request.fields ?? [], '_token', encoded(token).slice(0, 4000)),
          type: FORM,
        }
      },
    })),
}
const actions: Shape = {
  name: 'actions that the page does not offer',
  twists: fc
    .oneof(
      fc.constantFrom(
        'continue',
        'switch',
        'deny',
        'cancel',
        'language',
        'audio',
        'picture',
        'renew',
        'searchTowns',
        'resend',
      ),
      names,
    )
    .map(action => ({
      say: told(action),
      apply: request => ({
        ...request,
        fields: withPair(request.fields ?? [], 'action', encoded(action.replaceAll('\0', '')).slice(0, 4000)),
        type: FORM,
      }),
    })),
}

export const fieldShapes: readonly Shape[] = [unknown, values, tokens, actions]
