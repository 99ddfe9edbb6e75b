/** What the keys are: rings (the first key seals and signs, all of them open and verify), the pairwise key, signing keys. */
import { z } from 'zod'

export const ringNames = ['envelope', 'lookup', 'vault', 'audit', 'cookies'] as const
export type RingName = (typeof ringNames)[number]

/** 32 bytes; fewer than 16 different ones never come out of a generator. */
const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .refine(text => new Set(Buffer.from(text, 'base64url')).size >= 16)

const ring = z
  .array(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), key: secret }))
  .min(1)
  .max(20)
  .refine(keys => new Set(keys.map(({ id }) => id)).size === keys.length)

const text = z.string().min(1).max(1024)
const common = { kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), use: z.literal('sig') }
const elliptic = z.strictObject({
  ...common,
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  alg: z.literal('ES256'),
  x: text,
  y: text,
  d: text,
})
/** 2048 bits or more: the modulus takes 342 characters. */
const rsa = z.strictObject({
  ...common,
  kty: z.literal('RSA'),
  alg: z.literal('RS256'),
  n: z.string().min(342).max(1400),
  e: text,
  d: z.string().min(300).max(1400),
  p: text,
  q: text,
  dp: text,
  dq: text,
  qi: text,
})

const signing = z
  .array(z.discriminatedUnion('kty', [elliptic, rsa]))
  .min(1)
  .max(20)
  .refine(keys => new Set(keys.map(({ kid }) => kid)).size === keys.length)
  .refine(keys => keys.some(({ alg }) => alg === 'ES256') && keys.some(({ alg }) => alg === 'RS256'))

const distinctSecrets = (
  keys: { readonly [name in RingName]: readonly { readonly key: string }[] } & { pairwise: string },
) => {
  const secrets = [keys.pairwise, ...ringNames.flatMap(name => keys[name].map(({ key }) => key))]
  return new Set(secrets).size === secrets.length
}

export const keysSchema = z
  .strictObject({ envelope: ring, lookup: ring, vault: ring, audit: ring, cookies: ring, pairwise: secret, signing })
  .refine(distinctSecrets)

export type RingKey = { readonly id: string; readonly key: string }
export type SigningKey = Readonly<z.output<typeof elliptic>> | Readonly<z.output<typeof rsa>>

/** Secrets are 32 bytes in base64url. */
export type Keys = { readonly [name in RingName]: readonly RingKey[] } & {
  /** Never rotates: the identifiers that services know people by would change. */
  readonly pairwise: string
  /** Private JWKs, published without their private part: the first of each algorithm signs. */
  readonly signing: readonly SigningKey[]
}
