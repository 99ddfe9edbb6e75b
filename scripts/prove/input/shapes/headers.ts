import fc from 'fast-check'
import { EVIL, MARK, texts } from '../hostile.ts'
import { type Raw, type Request, utf8, withHeader } from '../request.ts'
import { type Shape, type Twist, told } from './shape.ts'

/** What Node's parser lets through. */
const sendable = (text: string): Raw => utf8(text).replace(/[^\x20-\x7e\x80-\xff]/g, '')

const NAMES = [
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'content-encoding',
  'dpop',
  'forwarded',
  'from',
  'if-modified-since',
  'if-none-match',
  'origin',
  'prefer',
  'range',
  'referer',
  'sec-fetch-site',
  'sec-fetch-mode',
  'user-agent',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-http-method-override',
  'x-original-url',
  'x-request-id',
  'intruszqx',
] as const

const KNOWN: readonly (readonly [name: string, value: Raw])[] = [
  ['accept-language', `${'fr;q=0.1,'.repeat(1000)}en`],
  ['accept-language', '*-*;q=9e999, __proto__, fr;q=NaN'],
  ['accept-encoding', '__proto__, constructor;q=1, br;q=-1'],
  ['accept', `${'*/*;'.repeat(1000)}`],
  ['accept', 'application/json'],
  ['range', `bytes=${'0-1,'.repeat(1000)}`],
  ['range', 'bytes=-0'],
  ['range', 'bytes=9999999999999999999999-'],
  ['range', `bytes=0-${'9'.repeat(400)}`],
  ['if-none-match', '*'],
  ['if-none-match', `${'"a",'.repeat(2000)}`],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'intruszqx, br'],
  ['x-forwarded-for', `${'1.2.3.4,'.repeat(1500)}`],
  ['x-forwarded-for', '::ffff:1.2.3.4%eth0, fe80::%intruszqx, 999.1.1.1'],
  ['x-forwarded-host', 'attaquant.example'],
  ['forwarded', `host=attaquant.example;proto=https;for="${MARK}"`],
  ['origin', 'null'],
  ['origin', EVIL],
  ['authorization', 'Bearer'],
  ['authorization', 'Basic'],
  ['authorization', 'Basic !!!!'],
  ['authorization', 'Basic OjpAOiU='],
  ['authorization', `Basic ${Buffer.from('%zz:%ff').toString('base64')}`],
  ['authorization', `Basic ${Buffer.from(`${MARK}:${MARK}`).toString('base64')}`],
  ['authorization', `Basic ${Buffer.from('__proto__:constructor').toString('base64')}`],
  ['authorization', `Bearer ${'a'.repeat(9000)}`],
  ['authorization', 'DPoP intruszqx'],
  ['authorization', `Bearer ${MARK}`],
  ['authorization', ','],
]

const usual: Shape = {
  name: 'usual headers of any value',
  twists: fc
    .oneof(fc.constantFrom(...KNOWN), fc.tuple(fc.constantFrom(...NAMES), texts.map(sendable)))
    .map(([name, value]) => ({
      say: `${name}: ${told(value)}`,
      apply: request => withHeader(request, name, value.slice(0, 12_000)),
    })),
}

const crossSite: Shape = {
  name: 'sent by another site',
  refuses: 'form',
  twists: fc
    .constantFrom<readonly (readonly [string, string])[]>(
      [['sec-fetch-site', 'cross-site']],
      [['sec-fetch-site', 'same-site']],
      [['sec-fetch-site', MARK]],
      [['origin', EVIL]],
      [['origin', `${EVIL}, null`]],
    )
    .map(headers => ({
      say: headers.map(header => header.join(': ')).join(),
      apply: request => headers.reduce((left, [name, value]) => withHeader(left, name, value), request),
    })),
}

const many: Shape = {
  name: 'headers by the thousand',
  refuses: 'wire',
  twists: fc.constantFrom(100, 1999, 2001, 10_000).map(count => ({
    say: String(count),
    apply: request => ({
      ...request,
      headers: [...request.headers, ...Array.from({ length: count }, (_, n) => [`intruszqx-${n}`, '1'] as const)],
    }),
  })),
}

const line = (say: string, text: Raw): Twist => ({
  say,
  apply: request => ({
    ...request,
    bytes: whole => {
      const at = whole.indexOf('\r\n') + 2
      return Buffer.concat([whole.subarray(0, at), Buffer.from(text, 'latin1'), whole.subarray(at)])
    },
  }),
})

const malformed: Shape = {
  name: 'header lines that are none',
  refuses: 'wire',
  twists: fc.constantFrom(
    line('NUL in a value', 'intruszqx: a\0b\r\n'),
    line('NUL in a name', 'zq\0x: a\r\n'),
    line('folded', 'intruszqx: a\r\n b\r\n'),
    line('folded first', ' intruszqx: a\r\n'),
    line('a bare line feed', 'intruszqx: a\nX-Intrusintruszqx: 1\r\n'),
    line('a bare carriage return', 'intruszqx: a\rX-Intrusintruszqx: 1\r\n'),
    line('a space before the colon', 'intruszqx : a\r\n'),
    line('no colon', 'intruszqx\r\n'),
    line('no name', ': a\r\n'),
    line('an empty line within', '\r\n'),
    line('a name of 10,000', `${'z'.repeat(10_000)}: a\r\n`),
    line('a value of 20,000', `intruszqx: ${'a'.repeat(20_000)}\r\n`),
    line('bytes', 'intruszqx: \x80\xff\x01\x7f\r\n'),
  ),
}

const hosts: Shape = {
  name: 'other hosts',
  refuses: 'wire',
  twists: fc
    .constantFrom<readonly [say: string, of: (request: Request) => readonly Raw[]]>(
      ['another', () => ['attaquant.example']],
      ['none', () => []],
      ['two', ({ hosts: [own = ''] }) => [own, 'attaquant.example']],
      ['ours twice', ({ hosts: [own = ''] }) => [own, own]],
      ['marked', ({ hosts: [own = ''] }) => [`${own}/${MARK}`]],
      ['without port', () => ['localhost']],
      ['with a name and password', ({ hosts: [own = ''] }) => [`a@${own}`]],
      ['ended by a dot', ({ hosts: [own = ''] }) => [own.replace(':', '.:')]],
      ['a list', ({ hosts: [own = ''] }) => [`${own}, attaquant.example`]],
      ['empty', () => ['']],
      ['bytes', () => ['\xff\xfe']],
    )
    .map(([say, of]) => ({ say, apply: request => ({ ...request, hosts: of(request) }) })),
}

export const headerShapes: readonly Shape[] = [usual, crossSite, many, malformed, hosts]
