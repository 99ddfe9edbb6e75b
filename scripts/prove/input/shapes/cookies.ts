import fc from 'fast-check'
import { MARK, names, PROTOTYPE, texts } from '../hostile.ts'
import { encoded, utf8 } from '../request.ts'
import { type Shape, told } from './shape.ts'

/** What a header may hold, else its shape is another one's. */
const visible = (text: string): string => utf8(text).replace(/[^\x20-\x7e\x80-\xff]/g, '')

const thousands: Shape = {
  name: 'cookies by the thousand',
  refuses: 'wire',
  twists: fc
    .tuple(
      fc.constantFrom('intruszqx', 'guichet_request_', 'guichet-browser', 'guichet_session', '__proto__'),
      fc.constantFrom(1500, 4000, 10_000),
    )
    .map(([name, count]) => ({
      say: `${count} of ${name}`,
      apply: request => ({
        ...request,
        cookies: [...request.cookies, ...Array.from({ length: count }, (_, n) => [`${name}${n}`, 'abc'] as const)],
      }),
    })),
}
const hundreds: Shape = {
  name: 'cookies by the hundred',
  twists: fc
    .tuple(
      fc.constantFrom('guichet_request_', 'guichet-browser', 'guichet_session', 'intruszqx', '__Host-guichet-'),
      fc.integer({ min: 50, max: 250 }),
    )
    .map(([name, count]) => ({
      say: `${count} of ${name}`,
      apply: request => ({
        ...request,
        cookies: [...request.cookies, ...Array.from({ length: count }, (_, n) => [`${name}${n}`, `x${n}`] as const)],
      }),
    })),
}
const spoilt: Shape = {
  name: 'cookies cut, changed, doubled',
  twists: fc
    .tuple(fc.constantFrom('cut', 'changed', 'doubled', 'twice', 'empty', 'without its signature'), fc.nat({ max: 20 }))
    .map(([way, place]) => ({
      say: `${way} ${place}`,
      apply: request => {
        const at = place % Math.max(1, request.cookies.length)
        const cookies = request.cookies.flatMap(([name, value], n): (readonly [string, string])[] => {
          if (way === 'without its signature') return name.endsWith('.sig') ? [] : [[name, value]]
          if (n !== at) return [[name, value]]
          if (way === 'cut') return [[name, value.slice(0, -4)]]
          if (way === 'changed') return [[name, `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`]]
          if (way === 'doubled') return [[name, value + value]]
          return way === 'twice'
            ? [
                [name, value],
                [name, MARK.replace(/["<>;]/g, '')],
              ]
            : [[name, '']]
        })
        return { ...request, cookies }
      },
    })),
}
const swapped: Shape = {
  name: 'cookies swapped between two people',
  twists: fc.constantFrom('all', 'signatures', 'all but the session', 'the browser', 'both').map(way => ({
    say: way,
    apply: (request, { other }) => {
      const theirs = new Map(other.cookies)
      if (way === 'all') return { ...request, cookies: [...theirs] }
      if (way === 'both') return { ...request, cookies: [...request.cookies, ...theirs] }
      const taken = (name: string): boolean => {
        if (way === 'signatures') return name.endsWith('.sig')
        return way === 'the browser' ? name.includes('browser') : !name.startsWith('guichet_session')
      }
      return {
        ...request,
        cookies: request.cookies.map(
          ([name, value]) => [name, taken(name) ? (theirs.get(name) ?? value) : value] as const,
        ),
      }
    },
  })),
}
const malformed: Shape = {
  name: 'cookies of any names and values',
  twists: fc
    .oneof(
      fc.constantFrom(
        ';;;===',
        'guichet-browser',
        'a="',
        '=',
        '; ; ;',
        `${MARK}=${MARK}`,
        ...PROTOTYPE.map(name => `${name}=1`),
      ),
      fc.tuple(names, texts).map(([name, value]) => `${encoded(name)}=${visible(value).slice(0, 300)}`),
      fc
        .tuple(
          fc.constantFrom(
            'guichet-browser',
            'guichet-language',
            'guichet_session',
            'guichet-signUp',
            'guichet-devices',
          ),
          texts,
        )
        .map(([name, value]) => `${name}=${visible(value).slice(0, 300)}`),
    )
    .map(text => {
      const at = text.indexOf('=')
      const added = at < 0 ? ([text, ''] as const) : ([text.slice(0, at), text.slice(at + 1)] as const)
      return { say: told(text), apply: request => ({ ...request, cookies: [...request.cookies, added] }) }
    }),
}

export const cookieShapes: readonly Shape[] = [thousands, hundreds, spoilt, swapped, malformed]
