/** Upstream providers, as the configuration's file lists them. */
import type { JWK } from 'jose'
import { z } from 'zod'
import { isPrivateKeyFor, type KeyUse } from '../federation/keys.ts'
import type { Upstream } from '../federation/upstream.ts'
import { isLoopback } from '../services/uris.ts'

const LEAST_SECRET = 24

const line = z.string().trim().min(1).max(200)
const scopes = z
  .array(z.string().regex(/^[\w:./-]{1,64}$/))
  .max(20)
  .refine(list => list.includes('openid'), 'a list of scopes with « openid » among them')
const acr = z.array(z.string().regex(/^[\x21-\x7e]{1,100}$/)).max(8)

const isSafe = (url: URL): boolean => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))

/** Compared to the letter with what the provider says of itself: nothing of it is rewritten. */
const issuer = z.string().superRefine((address, context) => {
  const url = URL.parse(address)
  if (!url || !/^https?:$/.test(url.protocol)) {
    context.addIssue('an address such as « https://oidc.franceconnect.gouv.fr/api/v2 »')
    return
  }
  if (!isSafe(url)) context.addIssue('an https address, http on this machine alone')
  if (/[?#\s]/.test(address) || url.username || url.password) {
    context.addIssue('an address without query, fragment nor password')
  }
})

const KEYS: { readonly [use in KeyUse]: string } = {
  sig: 'a whole private JWK that signs: EC P-256 (ES256), RSA of 2048 bits or more (RS256, PS256), or Ed25519 (EdDSA)',
  enc: 'a whole private JWK that is encrypted to: EC (ECDH-ES), or RSA of 2048 bits or more (RSA-OAEP-256)',
}

/** Tried here: broken, it would fail each person who comes back from the provider. */
const privateKey = (use: KeyUse) =>
  z
    .looseObject({}, KEYS[use])
    .transform(key => key as JWK)
    .refine(key => isPrivateKeyFor(use, key), KEYS[use])

const decryptionKeys = z
  .array(privateKey('enc'))
  .max(4)
  .refine(
    keys => keys.length < 2 || new Set(keys.map(({ kid }) => kid ?? '').filter(Boolean)).size === keys.length,
    'a « kid » of its own for each key, where there are several',
  )

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens, 32 at most')

const common = {
  id,
  issuer,
  clientId: line,
  clientSecret: z.string().min(LEAST_SECRET, `a secret of ${LEAST_SECRET} characters or more`).max(512).optional(),
  privateKey: privateKey('sig').optional(),
  decryptionKeys: decryptionKeys.default([]),
  scopes: scopes.optional(),
  label: z.strictObject({ fr: line, en: line }).optional(),
  endSessionAtOnce: z.boolean().default(false),
}

/** Those that an identity is made of. */
const CLAIMS = [
  'family_name',
  'given_name',
  'given_name_array',
  'preferred_username',
  'birthdate',
  'idp_birthdate',
  'gender',
  'birthplace',
  'birthcountry',
  'email',
] as const

const claims = z
  .record(z.string(), z.string().min(1).max(64))
  .superRefine((named, context) => {
    for (const name of Object.keys(named)) {
      if (CLAIMS.some(claim => claim === name)) continue
      context.addIssue({ code: 'custom', path: [name], message: `a claim of FranceConnect's: ${CLAIMS.join(', ')}` })
    }
  })
  .default({})

const schema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('franceconnect'), ...common, askAmr: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('franceconnect+'), ...common, askAmr: z.boolean().default(false) }),
  z.strictObject({
    kind: z.literal('oidc'),
    ...common,
    acr: acr.min(1, 'at least one level of assurance'),
    label: z.strictObject({ fr: line, en: line }),
    claims,
  }),
])

type Listed = z.output<typeof schema>

const FRANCE_CONNECT_SCOPES = ['openid', 'identite_pivot', 'preferred_username', 'email']
const FRANCE_CONNECT_ACR = { franceconnect: ['eidas1'], 'franceconnect+': ['eidas2', 'eidas3'] } as const
const LABELS = { franceconnect: 'FranceConnect', 'franceconnect+': 'FranceConnect+' } as const

const upstreamOf = ({ clientSecret, privateKey: key, ...listed }: Listed): Upstream => {
  const { id, issuer, clientId, decryptionKeys, endSessionAtOnce } = listed
  const auth: Upstream['auth'] = key
    ? { method: 'private_key_jwt', key }
    : { method: 'client_secret_post', secret: clientSecret ?? '' }
  const shared = { id, issuer, clientId, auth, decryptionKeys, endSessionAtOnce }
  if (listed.kind === 'oidc') {
    const { kind, acr, label, claims } = listed
    return {
      ...shared,
      kind,
      acr,
      label,
      claims,
      askAmr: false,
      scopes: listed.scopes ?? ['openid', 'profile', 'email'],
    }
  }
  const { kind, askAmr } = listed
  const label = listed.label ?? { fr: LABELS[kind], en: LABELS[kind] }
  const acr = FRANCE_CONNECT_ACR[kind]
  return { ...shared, kind, acr, label, claims: {}, askAmr, scopes: listed.scopes ?? FRANCE_CONNECT_SCOPES }
}

/** What one list asks for beyond the form of each. */
const problems = (
  listed: readonly Listed[],
): readonly { readonly path: readonly (string | number)[]; message: string }[] =>
  listed.flatMap(({ id, kind, clientSecret, privateKey: key, decryptionKeys }, at) => [
    ...(listed.findIndex(other => other.id === id) === at ? [] : [{ path: [at, 'id'], message: 'an id of its own' }]),
    ...((clientSecret === undefined) === (key === undefined)
      ? [{ path: [at, 'clientSecret'], message: 'either clientSecret or privateKey' }]
      : []),
    ...(kind === 'franceconnect+' && decryptionKeys.length === 0
      ? [{ path: [at, 'decryptionKeys'], message: 'a private key, which FranceConnect+ encrypts to' }]
      : []),
  ])

/** A list, or its JSON. */
export const upstreamsSchema = z
  .preprocess(given => {
    if (typeof given !== 'string') return given
    try {
      return JSON.parse(given)
    } catch {
      return given
    }
  }, z.array(schema).max(20))
  .superRefine((listed, context) => {
    for (const { path, message } of problems(listed)) context.addIssue({ code: 'custom', path: [...path], message })
  })
  .transform(listed => listed.map(upstreamOf))
  .default([])
