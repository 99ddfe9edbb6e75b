/** How the body of a form can be written: what is no form at all, or of another kind. */
import fc from 'fast-check'
import { MALFORMED, texts } from '../hostile.ts'
import { encoded, type Raw, type Request } from '../request.ts'
import type { Shape, Twist } from './shape.ts'
import { adds, FORM } from './twists.ts'

const sends = (say: string, body: (request: Request) => Buffer, type: Raw | 'none' = FORM): Twist => ({
  say,
  apply: request => ({ ...request, body: body(request), type: type === 'none' ? undefined : type }),
})
const standing = ({ fields }: Request): string => (fields ?? []).join('&')

const anyField = fc.constantFrom(
  'nir',
  'email',
  'password',
  'birthName',
  'action',
  'intruszqx',
  'scope',
  'code',
  'token',
)

const percent: Shape = {
  name: 'malformed percent-encoding',
  refuses: 'form',
  twists: fc
    .tuple(fc.constantFrom(...MALFORMED), fc.boolean())
    .map(([wrong, inName]) => (inName ? adds(wrong, `${wrong}=1`) : adds(wrong, `intruszqx=${wrong}`))),
}
const bytes: Shape = {
  name: 'bytes that are no UTF-8',
  refuses: 'form',
  twists: fc
    .constantFrom(
      '\u00ff\u00fe',
      '\u00ed\u00a0\u0080',
      '\u00c0\u00af',
      '\u00c3',
      '\u00f8\u0088\u0080\u0080\u0080',
      '\u0080',
    )
    .map(wrong => adds(encoded(wrong), `intruszqx=${wrong}`)),
}
const nul: Shape = {
  name: 'NUL',
  refuses: 'form',
  twists: fc.constantFrom('a=%00', '%00=a', 'a=b%00c', 'a\0=b', 'a=\0').map(one => adds(one, one)),
}
const twice: Shape = {
  name: 'a field twice',
  refuses: 'form',
  twists: fc
    .tuple(anyField, texts.map(encoded))
    .map(([name, value]) => adds(name, `${name}=1`, `${name}=${value.slice(0, 200)}`)),
}
const many: Shape = {
  name: 'too many fields',
  refuses: 'form',
  twists: fc
    .constantFrom(101, 1000, 5000)
    .map(count => adds(String(count), ...Array.from({ length: count }, (_, n) => `intruszqx${n}=1`))),
}
const oversize: Shape = {
  name: 'a body too large',
  refuses: 'wire',
  twists: fc
    .tuple(fc.constantFrom('a', '&', '%41', 'a=1&', '[', '\u00c3\u00a9'), fc.constantFrom(66_000, 200_000, 1_000_000))
    .map(([text, size]) =>
      sends(`${encoded(text)} up to ${size}`, request =>
        Buffer.from(`${standing(request)}&intruszqx=${text.repeat(Math.ceil(size / text.length))}`, 'latin1'),
      ),
    ),
}
const types: Shape = {
  name: 'another type of content',
  refuses: 'form',
  twists: fc
    .constantFrom(
      'application/json',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'text/plain',
      'application/xml',
      'text/html; charset=utf-7',
      `${FORM}x`,
      '*/*',
      'intruszqx',
      '',
      ';',
      `${FORM}, application/json`,
      `application/jwt`,
    )
    .map(type => sends(`« ${type} »`, request => Buffer.from(standing(request), 'latin1'), type)),
}
const json: Shape = {
  name: 'JSON and others where a form is due',
  refuses: 'form',
  twists: fc.constantFrom(
    sends(
      'JSON',
      () => Buffer.from('{"nir":{"$gt":""},"grant_type":["authorization_code"],"__proto__":{"a":1}}'),
      'application/json',
    ),
    sends('an array', () => Buffer.from('[[[[[1]]]]]'), 'application/json'),
    sends(
      'parts',
      () => Buffer.from('--x\r\nContent-Disposition: form-data; name="nir"\r\n\r\n1\r\n--x--\r\n'),
      'multipart/form-data; boundary=x',
    ),
    sends(
      'XML',
      () => Buffer.from('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
      'application/xml',
    ),
    sends('no type', request => Buffer.from(standing(request), 'latin1'), 'none'),
    sends('nothing, of no type', () => Buffer.alloc(0), 'none'),
  ),
}
const charsets: Shape = {
  name: 'a form in other charsets, a mark in front, empty',
  twists: fc.constantFrom(
    sends(
      'utf-7',
      request => Buffer.from(`${standing(request)}&intruszqx=+ADw-script+AD4-`, 'latin1'),
      `${FORM}; charset=utf-7`,
    ),
    sends('utf-16', request => Buffer.from(standing(request), 'utf16le'), `${FORM}; charset=utf-16`),
    sends('a byte order mark', request => Buffer.from(`\u00ef\u00bb\u00bf${standing(request)}`, 'latin1')),
    sends('empty', () => Buffer.alloc(0)),
    sends('ampersands', () => Buffer.from('&'.repeat(90))),
    sends('equals', () => Buffer.from('='.repeat(90))),
    sends('capitals', request => Buffer.from(standing(request), 'latin1'), FORM.toUpperCase()),
    sends('spaces', request => Buffer.from(standing(request), 'latin1'), `  ${FORM} ; a=b; ;`),
  ),
}
export const bodyShapes: readonly Shape[] = [percent, bytes, nul, twice, many, oversize, types, json, charsets]
