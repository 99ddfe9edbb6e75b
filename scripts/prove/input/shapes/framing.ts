/** Where a body ends: requests that two servers in a row could read differently. */
import fc from 'fast-check'
import type { Raw, Request } from '../request.ts'
import type { Shape, Twist } from './shape.ts'
import { own } from './twists.ts'

const hidden = (request: Request): Raw => `GET /aide HTTP/1.1\r\nHost: ${own(request)}\r\nX-Intrusintruszqx: `
const chunked = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])

/** The body framed by these headers; `bytes` undefined: as it is. */
const framing = (
  say: string,
  headers: (length: number) => readonly Raw[],
  bytes: (body: Buffer, request: Request) => Buffer = body => body,
): Twist => ({
  say,
  apply: request => ({
    ...request,
    fields: request.fields ?? ['intruszqx=1'],
    framed: body => ({ headers: headers(body.length), bytes: bytes(body, request) }),
  }),
})
const smuggling = (body: Buffer, request: Request): Buffer =>
  Buffer.concat([Buffer.from('0\r\n\r\n'), Buffer.from(hidden(request), 'latin1'), body])
const TE = 'Transfer-Encoding'

const lengths: Shape = {
  name: 'lengths that contradict each other',
  refuses: 'wire',
  twists: fc.constantFrom(
    framing('a length and chunks', length => [`Content-Length: ${length}`, `${TE}: chunked`], smuggling),
    framing('chunks and a length', length => [`${TE}: chunked`, `Content-Length: ${length}`], chunked),
    framing('a short length and chunks', () => ['Content-Length: 4', `${TE}: chunked`], smuggling),
    framing('two lengths', length => [`Content-Length: ${length}`, `Content-Length: ${length + 1}`]),
    framing('the same length twice', length => [`Content-Length: ${length}`, `Content-Length: ${length}`]),
    framing('a list of lengths', length => [`Content-Length: ${length}, ${length}`]),
    framing('a negative length', () => ['Content-Length: -1']),
    framing('a length with a plus', length => [`Content-Length: +${length}`]),
    framing('a length in hexadecimal', length => [`Content-Length: 0x${length.toString(16)}`]),
    framing('a length that is no number', () => ['Content-Length: intruszqx']),
    framing('a length beyond all numbers', () => [`Content-Length: ${'9'.repeat(30)}`]),
    framing('an empty length', () => ['Content-Length: ']),
    framing('a length of underscores', length => [`Content_Length: ${length}`, `Content-Length : ${length}`]),
  ),
}

const encodings: Shape = {
  name: 'transfer encodings in disguise',
  refuses: 'wire',
  twists: fc
    .constantFrom<readonly Raw[]>(
      [`${TE}: xchunked`],
      [`${TE} : chunked`],
      [`${TE}: chunked`, `${TE}: identity`],
      [`${TE}: identity`, `${TE}: chunked`],
      [`${TE}: chunked, identity`],
      [`${TE}: gzip, chunked`],
      [`${TE}:\tchunked`],
      [`${TE}:\x0bchunked`],
      [`${TE}: "chunked"`],
      [`X: a\r\n${TE}: chunked`],
      [`X: a\n${TE}: chunked`],
      [`${TE}\r\n : chunked`],
      [`transfer_encoding: chunked`],
      [`${TE}: chunked;a=b`],
      [`TE: trailers, chunked`, `${TE}: chunKed`],
    )
    .map(headers => framing(headers.join(' | '), () => headers, smuggling)),
}

const chunks: Shape = {
  name: 'chunks malformed or with trailers',
  twists: fc
    .constantFrom<readonly [string, (body: Buffer) => Buffer]>(
      ['right', chunked],
      [
        'with a trailer',
        body => Buffer.concat([chunked(body).subarray(0, -2), Buffer.from('X-Intrusintruszqx: 1\r\nHost: a\r\n\r\n')]),
      ],
      [
        'with an extension',
        body =>
          Buffer.concat([
            Buffer.from(`${body.length.toString(16)};intruszqx="a\r"\r\n`),
            body,
            Buffer.from('\r\n0\r\n\r\n'),
          ]),
      ],
      [
        'of one byte each',
        body =>
          Buffer.concat([
            ...[...body].map(byte => Buffer.from([0x31, 13, 10, byte, 13, 10])),
            Buffer.from('0\r\n\r\n'),
          ]),
      ],
      [
        'with a size too long',
        body =>
          Buffer.concat([
            Buffer.from(`${'0'.repeat(30)}${body.length.toString(16)}\r\n`),
            body,
            Buffer.from('\r\n0\r\n\r\n'),
          ]),
      ],
      ['with a size that is none', () => Buffer.from('intruszqx\r\na\r\n0\r\n\r\n')],
      ['with a negative size', () => Buffer.from('-1\r\na\r\n0\r\n\r\n')],
      ['beyond all numbers', () => Buffer.from(`${'f'.repeat(17)}\r\na\r\n0\r\n\r\n`)],
      [
        'ended by line feeds',
        body => Buffer.concat([Buffer.from(`${body.length.toString(16)}\n`), body, Buffer.from('\n0\n\n')]),
      ],
    )
    .map(([say, bytes]) => framing(say, () => [`${TE}: chunked`], bytes)),
}
const chunksRefused: Shape = { ...chunks, refuses: 'wire' }

export const framingShapes: readonly Shape[] = [lengths, encodings, chunksRefused]
