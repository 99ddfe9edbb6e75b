/** Every way in which the secrets given to the program may be weak, missing, malformed, shared, of another store, or lie open. */
import { generateKeyPairSync } from 'node:crypto'

export type Json = { readonly [name: string]: unknown }
export type BadStart = {
  readonly name: string
  /** What the file of keys holds: text as it is, else as JSON. */
  readonly keys?: unknown
  readonly mode?: number
  readonly env?: { readonly [name: string]: string }
  /** One of each kind, for the short form. */
  readonly short?: true
}

const RINGS = ['personal', 'lookup', 'vault', 'audit', 'index', 'pairwise'] as const
export const MAIL_PASSWORD = 'Motdepasse-du-serveur-de-courriel-93'

const base64url = (bytes: string | readonly number[]): string => Buffer.from(bytes as string).toString('base64url')
/** What a hurried operator types. */
const weak = base64url('secretsecretsecretsecretsecretse')
const counted = base64url(Array.from({ length: 32 }, (_, at) => at))
const zeros = base64url(Array.from({ length: 32 }, () => 0))
const short = base64url('0123456789abcdef')
export const WEAK: readonly string[] = [weak, counted, short]

const ofRing = (keys: Json, name: (typeof RINGS)[number], nth: number): readonly BadStart[] => {
  const one = (what: string, given: unknown, at: number): BadStart => ({
    name: `${name} ${what}`,
    keys: { ...keys, [name]: given },
    ...(at % RINGS.length === nth ? { short: true } : {}),
  })
  const key = (text: string) => [{ id: 'a', key: text }]
  const own = keys[name] as readonly Json[]
  return [
    one('missing', undefined, 0),
    one('empty', [], 1),
    one('weak', key(weak), 2),
    one('counted', key(counted), 3),
    one('of zeros', key(zeros), 4),
    one('short', key(short), 5),
    one('that is no base64url', key(`${weak}+/=`), 0),
    one('that is no list', weak, 1),
    one('twice the same', [...own, { ...own[0], id: 'b' }], 2),
    one('shared with another', keys[name === 'vault' ? 'audit' : 'vault'], 3),
  ]
}

const ofSigning = (keys: Json): readonly BadStart[] => {
  const signing = keys.signing as readonly Json[]
  const [first = {}, ...others] = signing
  const jwk = (key: { export(options: { format: 'jwk' }): object }) => key.export({ format: 'jwk' }) as Json
  const small = jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const other = jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const curve = jwk(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)
  const given = (name: string, list: unknown, inShort?: true): BadStart => ({
    name: `signing ${name}`,
    keys: { ...keys, signing: list },
    ...(inShort ? { short: true } : {}),
  })
  const rsa = others.map(key => ({ ...key, ...small }))
  return [
    given('missing', undefined),
    given('of one algorithm', [first]),
    given(
      'without its private part',
      signing.map(({ d: _d, ...rest }) => rest),
    ),
    given(
      'twice the same id',
      signing.map(key => ({ ...key, kid: 'same' })),
    ),
    given('of 1024 bits', [first, ...rsa], true),
    given('of another curve', [{ ...first, ...curve, alg: 'ES256' }, ...others]),
    given('whose halves are of two keys', [{ ...first, d: other.d }, ...others], true),
  ]
}

/** `others`: good keys, of another store. */
export const badStarts = (keys: Json, others: Json): readonly BadStart[] => [
  ...RINGS.flatMap((name, nth) => ofRing(keys, name, nth)),
  ...ofSigning(keys),
  { name: 'a ring that nobody knows', keys: { ...keys, cookies: keys.vault }, short: true },
  { name: 'no JSON', keys: JSON.stringify(keys).slice(0, -5), short: true },
  { name: 'an empty file', keys: '' },
  { name: 'a list', keys: [keys] },
  { name: 'readable by others', keys, mode: 0o644, short: true },
  { name: 'writable by the group', keys, mode: 0o620 },
  ...(['personal', 'lookup', 'pairwise'] as const).map((name): BadStart => {
    const given = { ...keys, [name]: others[name] }
    return { name: `${name} of another store`, keys: given, ...(name === 'pairwise' ? { short: true } : {}) }
  }),
  { name: 'a malformed variable', keys, env: { GUICHET_KEYS: JSON.stringify(keys).slice(3) } },
  { name: 'a variable without a ring', keys, env: { GUICHET_KEYS: JSON.stringify({ ...keys, vault: undefined }) } },
  {
    name: 'a mail server of another scheme',
    keys,
    env: { GUICHET_SMTP_URL: `imap://robot:${MAIL_PASSWORD}@courriel.exemple.fr` },
    short: true,
  },
  { name: 'a mail server without host', keys, env: { GUICHET_SMTP_URL: `smtp://robot:${MAIL_PASSWORD}@` } },
]
