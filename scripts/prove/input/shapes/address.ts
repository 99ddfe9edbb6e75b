/** What the first line of a request can hold. */
import fc from 'fast-check'
import { EVIL, MALFORMED, MARK, names, PROTOTYPE, pieces, texts } from '../hostile.ts'
import { encoded, pair, type Raw, type Request } from '../request.ts'
import { type Shape, told } from './shape.ts'

const NAMES = [
  'jeton',
  'lang',
  'postalCode',
  'client_id',
  'redirect_uri',
  'state',
  'id_token_hint',
  'ui_locales',
  'error',
]

const segments: Shape = {
  name: 'segments of the path',
  twists: fc
    .tuple(fc.array(pieces, { minLength: 1, maxLength: 4 }), fc.constantFrom('after', 'instead', 'before'))
    .map(([more, where]) => ({
      say: `${where} ${told(more.join('/'))}`,
      apply: request => {
        const hostile = more.join('/')
        if (where === 'after') return { ...request, path: `${request.path}/${hostile}` }
        if (where === 'before') return { ...request, path: `/${hostile}${request.path}` }
        return { ...request, path: request.path.replace(/[^/]*$/, () => hostile) }
      },
    })),
}

const query: Shape = {
  name: 'query of any names and values',
  twists: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES, ...PROTOTYPE).map(encoded), pieces), pieces), {
      minLength: 1,
      maxLength: 6,
    })
    .map(pairs => {
      const added = pairs.map(([name, value]) => `${name}=${value}`)
      return { say: told(added.join('&')), apply: request => ({ ...request, query: [...request.query, ...added] }) }
    }),
}

const repeated: Shape = {
  name: 'parameters repeated',
  twists: fc
    .tuple(fc.constantFrom(...NAMES, 'grant_type', 'scope', 'intruszqx'), pieces, pieces)
    .map(([name, one, other]) => ({
      say: `${name} ${told(one)} ${told(other)}`,
      apply: request => {
        const twice = [...request.query, ...request.query, `${name}=${one}`, `${name}=${other}`]
        return { ...request, query: twice }
      },
    })),
}

const nested: Shape = {
  name: 'arrays and objects where a text is due',
  twists: fc.tuple(fc.constantFrom(...NAMES, 'claims', 'scope', 'prompt'), names, texts).map(([name, inner, value]) => {
    const added: readonly Raw[] = [
      pair(`${name}[${inner}]`, value.slice(0, 500)),
      `${name}[]=1`,
      `${name}[]=2`,
      `${name}.__proto__=1`,
      `${name}[__proto__][intruszqx]=1`,
    ]
    return {
      say: `${name}[${told(inner)}]`,
      apply: request =>
        request.fields
          ? { ...request, query: [...request.query, ...added], fields: [...request.fields, ...added] }
          : { ...request, query: [...request.query, ...added] },
    }
  }),
}

const long: Shape = {
  name: 'a very long address',
  twists: fc
    .tuple(fc.constantFrom('a', '/', '&', '%41', 'a=1&', '../', '%00'), fc.constantFrom(2000, 7000, 15_000, 30_000))
    .map(([text, size]) => ({
      say: `${text} up to ${size}`,
      apply: request => ({ ...request, query: [...request.query, text.repeat(size / text.length)] }),
    })),
  refuses: 'wire',
}

const targets: Shape = {
  name: 'targets of other forms',
  twists: fc
    .constantFrom<readonly [say: string, of: (request: Request) => Raw]>(
      ['whole, another host', ({ path }) => `http://attaquant.example${path}`],
      ['whole, ours', ({ path, hosts }) => `http://${hosts[0]}${path}`],
      ['whole, with a name and password', ({ path, hosts }) => `http://a:b@${hosts[0]}${path}`],
      ['whole, another scheme', ({ path }) => `file://${path}`],
      ['whole, of no scheme', () => 'javascript:alert(1)'],
      ['authority', () => 'attaquant.example:443'],
      ['star', () => '*'],
      ['two slashes', ({ path }) => `//evil.intruszqx.example${path}`],
      ['a backslash', ({ path }) => `/\\evil.intruszqx.example${path}`],
      ['three slashes', ({ path }) => `///evil.intruszqx.example/..${path}`],
      ['no slash', ({ path }) => path.slice(1) || 'x'],
      ['a fragment', ({ path }) => `${path}#${EVIL}`],
      ['UTF-8 as it is', ({ path }) => `${path}\u00c3\u00a9`],
      ['bytes as they are', ({ path }) => `${path}\u00ff\u00fe`],
      ['marked', ({ path }) => `${path}/${MARK}`],
      ['a slash at the end', ({ path }) => `${path}/`],
      ['capitals', ({ path }) => path.toUpperCase()],
      ['encoded throughout', ({ path }) => path.replace(/[a-z]/g, letter => `%${letter.charCodeAt(0).toString(16)}`)],
      ['dots', ({ path }) => `/a/..${path}/./`],
      ['a query of its own', ({ path }) => `${path}??a=b?c`],
      ['spaces', ({ path }) => `${path} intruszqx`],
      ['a tab', ({ path }) => `${path}\tintruszqx`],
      ['NUL', ({ path }) => `${path}\0`],
      ['a carriage return', ({ path }) => `${path}\rX-Intrusintruszqx: 1`],
      ['empty', () => ''],
    )
    .map(([say, of]) => ({ say, apply: request => ({ ...request, target: of(request) }) })),
  refuses: 'wire',
}

const ids: Shape = {
  name: 'ids cut, of others, malformed',
  twists: fc.oneof(fc.constantFrom(...MALFORMED, 'cut', 'other', 'doubled', 'upper'), pieces).map(way => ({
    say: told(way),
    apply: (request, { other }) => {
      const path = request.path.replace(/[A-Za-z0-9_-]{20,}/, id => {
        if (way === 'cut') return id.slice(0, -1)
        if (way === 'other') return other.uids.login ?? 'abc'
        if (way === 'doubled') return `${id}${id}`
        return way === 'upper' ? id.toUpperCase() : way
      })
      return { ...request, path }
    },
  })),
}

export const addressShapes: readonly Shape[] = [segments, query, repeated, nested, long, targets, ids]
