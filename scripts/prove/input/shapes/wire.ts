/** Requests that are hardly any: of other versions, cut, in a row. */
import fc from 'fast-check'
import { type Raw, type Request, withHeader } from '../request.ts'
import type { Shape, Twist } from './shape.ts'
import { own } from './twists.ts'

const first = (say: string, of: (line: string, request: Request) => Raw): Twist => ({
  say,
  apply: request => ({
    ...request,
    bytes: whole => {
      const at = whole.indexOf('\r\n')
      const changed = Buffer.from(of(whole.toString('latin1', 0, at), request), 'latin1')
      return Buffer.concat([changed, whole.subarray(at)])
    },
  }),
})

const versions: Shape = {
  name: 'other versions of HTTP',
  refuses: 'wire',
  twists: fc.constantFrom(
    first('0.9', text => text.replace(/ HTTP\/1\.1$/, '')),
    first('1.0', text => text.replace(/1\.1$/, '1.0')),
    first('2.0', text => text.replace(/1\.1$/, '2.0')),
    first('11.1', text => text.replace(/1\.1$/, '11.1')),
    first('none', text => text.replace(/HTTP\/1\.1$/, 'intruszqx')),
    first('in small letters', text => text.replace(/HTTP\/1\.1$/, 'http/1.1')),
    first("HTTP/2's preface", () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    first('TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03intruszqx'),
    first('an empty line in front', text => `\r\n\r\n${text}`),
    first('a method in small letters', text => text.toLowerCase()),
    first('a method that is none', text => `ZQX${text}`),
    first('CONNECT', () => 'CONNECT attaquant.example:443 HTTP/1.1'),
    first('nothing but bytes', () => '\x00\x01\x02\xff'),
  ),
}

const expecting: Shape = {
  name: 'expectations and upgrades',
  twists: fc
    .constantFrom<readonly (readonly [string, string])[]>(
      [['Expect', '100-continue']],
      [['Expect', 'intruszqx']],
      [['Expect', '100-continue, 100-continue']],
      [['Upgrade', 'websocket']],
      [
        ['Upgrade', 'h2c'],
        ['HTTP2-Settings', 'AAMAAABkAAQAoAAAAAIAAAAA'],
      ],
      [['TE', 'trailers']],
      [['Trailer', 'Host']],
      [['Keep-Alive', 'timeout=-1, max=intruszqx']],
      [['Proxy-Connection', 'keep-alive']],
      [['Max-Forwards', '0']],
    )
    .map(headers => ({
      say: headers.map(header => header.join(': ')).join(),
      apply: request => headers.reduce((left, [name, value]) => withHeader(left, name, value), request),
    })),
  refuses: 'wire',
}

const cuts: Shape = {
  name: 'connections cut in the middle',
  refuses: 'wire',
  twists: fc.integer({ min: 1, max: 99 }).map(percent => ({
    say: `at ${percent} %`,
    apply: request => ({
      ...request,
      fields: request.fields ?? ['intruszqx=1'],
      // what is left of it is never the whole
      bytes: whole => whole.subarray(0, Math.min(whole.length - 2, Math.ceil((whole.length * percent) / 100))),
      cut: true,
    }),
  })),
}

const inARow: Shape = {
  name: 'several requests in a row',
  answers: 3,
  twists: fc.constantFrom('GET', 'HEAD').map(method => ({
    say: method,
    apply: request => ({
      ...request,
      more: {
        methods: [method, method],
        bytes: Buffer.from(
          `${method} /aide HTTP/1.1\r\nHost: ${own(request)}\r\n\r\n${method} / HTTP/1.1\r\nHost: ${own(request)}\r\nConnection: close\r\n\r\n`,
        ),
      },
    }),
  })),
}

export const wireShapes: readonly Shape[] = [versions, expecting, cuts, inARow]
