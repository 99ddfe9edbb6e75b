/** What nobody sends by accident. */
import fc from 'fast-check'
import { encoded, type Raw } from './request.ts'

/** Each sign that HTML must escape follows a letter of its own: raw, it tells where. */
export const MARK = `intruszqxA"intruszqxB'intruszqxC<intruszqxD>intruszqxE&intruszqxF`
export const RAW_MARK = /intruszqxA"|intruszqxB'|intruszqxC<|intruszqxD>/i
/** Somewhere that it has no place, in any writing. So long that no random text spells it: three letters did, in sealed values. */
export const SENT = /intruszqx|attaquant\.example/i
export const EVIL = 'https://evil.intruszqx.example'

export const PROTOTYPE = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'then',
  'toJSON',
]

const KNOWN_TEXTS = [
  MARK,
  ...PROTOTYPE,
  '',
  ' ',
  '0',
  '-1',
  'NaN',
  '1e309',
  'null',
  'true',
  'on',
  '\u202eزقس',
  '\ufeff',
  '\u200b\u2060\u00ad',
  '\ud800',
  'e\u0301'.repeat(300),
  '𝕫𝕢𝕩',
  '{{7*7}}',
  '{% raw %}',
  `' OR 1=1 --`,
  '{"$gt":""}',
  '["a","b"]',
  '\r\nX-Intrusintruszqx: 1',
  '\nSet-Cookie: intruszqx=1',
  '../../../../etc/passwd',
  'javascript:alert(1)//intruszqx',
  `${EVIL}/`,
  '//evil.intruszqx.example/',
  'a'.repeat(5000),
  '9'.repeat(400),
]

/** Of any code points, surrogates alone too. fast-check's own texts know how to shrink, and take seconds to learn it. */
const pointsTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })
const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(pointsTo(0x7f), pointsTo(0x24f), pointsTo(0xffff), pointsTo(0x10ffff)), { maxLength: 120 })
  .map(points => String.fromCodePoint(...points))

export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...KNOWN_TEXTS) },
  { weight: 2, arbitrary: anyText },
)

/** Encodings that mean nothing, or too much. */
export const MALFORMED: readonly Raw[] = [
  '%',
  '%z',
  '%zz',
  '%c3%28',
  '%ff%fe',
  '%ED%A0%80',
  '%C0%AF',
  '%F4%90%80%80',
  '%u0041',
]
const TRICKY: readonly Raw[] = [
  '%00',
  '%250a',
  '%0d%0aX-Intrusintruszqx:%201',
  '%E2%80%AE',
  '%EF%BB%BF',
  '..',
  '.',
  '%2e%2e',
  '%2f',
  '%5c',
  ';x=1',
  '+',
]

/** A piece of an address, encoded or wrongly so. Spaces and control characters would end the line: they have shapes of their own. */
export const pieces: fc.Arbitrary<Raw> = fc.oneof(
  fc.constantFrom(...MALFORMED, ...TRICKY),
  texts.map(text => encoded(text).slice(0, 3000)),
)

export const names: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...PROTOTYPE, 'intruszqx', 'a[b]', 'a[]', 'a.b', '', '_'),
  texts,
)

/** A JWT in its shape, of any content. */
export const jwts: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom<object>(
      { alg: 'none' },
      { alg: 'ES256' },
      { alg: 'HS256', kid: MARK },
      { alg: 'RS256', jku: `${EVIL}/jwks` },
      { alg: 'ES256', typ: 'dpop+jwt', jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } },
      { alg: ['ES256'] },
      { alg: null, __proto__: null },
      { alg: 'dir', enc: 'A256GCM' },
      { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1_000_000_000, p2s: 'AAAAAAAAAAA' },
    ),
    fc.oneof(
      fc.constantFrom<unknown>(null, 1, 'a', [], {}, [[[]]], { iss: MARK, sub: MARK, aud: [1], exp: 'x', jti: {} }),
      fc.constantFrom(50, 5000).map(depth => ({ raw: `${'['.repeat(depth)}${']'.repeat(depth)}` })),
      fc.object({ maxDepth: 2, maxKeys: 4 }),
    ),
    fc.constantFrom('', 'AAAA', '*', 'a'.repeat(4000)),
    fc.constantFrom('whole', 'cut', 'more', 'text'),
  )
  .map(([header, payload, signature, way]) => {
    const part = (value: unknown): string => {
      const raw = typeof value === 'object' && value !== null && 'raw' in value ? String(value.raw) : undefined
      return Buffer.from(raw ?? JSON.stringify(value) ?? '', 'utf8').toString('base64url')
    }
    const whole = `${part(header)}.${part(payload)}.${signature}`
    if (way === 'cut') return whole.slice(0, whole.length >> 1)
    if (way === 'more') return `${whole}.${whole}.a`
    return way === 'text' ? `${MARK}.${MARK}.${MARK}` : whole
  })

/** JSON of each type, deep, wide, broken. */
export const jsons: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'null',
    '1',
    '"a"',
    '[]',
    '{}',
    '{',
    '',
    '{"userinfo":null,"id_token":1}',
    '{"userinfo":[],"id_token":"a"}',
    '{"userinfo":{"nir":null,"__proto__":{"essential":true}}}',
    '{"__proto__":{"userinfo":{"nir":null}},"constructor":1}',
    '{"id_token":{"acr":{"essential":true,"values":[1,{},null]},"sub":{"value":{}},"auth_time":{"essential":"x"}}}',
    JSON.stringify({ userinfo: { [MARK]: { value: MARK } } }),
    `${'{"userinfo":'.repeat(3000)}1${'}'.repeat(3000)}`,
    `${'['.repeat(6000)}${']'.repeat(6000)}`,
  ),
  fc.json({ maxDepth: 3 }),
)
