/**
 * Every configuration key: its meaning, unit, default and bounds. A variable's name follows from the path
 * (session.idle is GUICHET_SESSION_IDLE). docs/configuration.md is made from this file by scripts/docs/configuration.ts.
 */
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { limits } from '../protection/limits.ts'
import { upstreamsSchema } from './upstreams.ts'
import {
  about,
  choice,
  duration,
  flag,
  lineInProduction,
  optionalLine,
  optionalPath,
  proxies,
  textLine,
  whole,
} from './values.ts'

const sampleTexts = fileURLToPath(new URL('../../config/texts', import.meta.url))

/** An origin (scheme, host, port), written without a trailing slash. */
const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const bare =
    url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username
  if (bare) return url.origin
  context.addIssue('not an origin')
  return z.NEVER
})

const smtpAddress = z
  .string()
  .refine(text => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '')

/** A database is named: nobody means MongoDB's own `test`. */
const mongoAddress = z.string().regex(/^mongodb(?:\+srv)?:\/\/[^\s/]+\/[\w-]{1,38}(?:\?\S*)?$/)

/** The form alone: stores/redis reads it, and says what else may be wrong. */
const redisAddress = z.string().regex(/^rediss?(?:\+(?:sentinel|cluster))?:\/\/\S+$/)

/** `address` or `Name <address>`, on one line. */
const mailbox = z
  .string()
  .max(320)
  .regex(/^(?:[^<>\p{Cc}]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u)

/** For the volumes of protection/limits.ts that an operator may change. */
const volume = (what: string, then: string, { policy }: { readonly policy: { readonly max: number } }) =>
  whole(`${what} of one network (IPv4, IPv6 /64) in an hour, beyond which ${then}.`, {
    min: 1,
    max: 10_000_000,
    value: policy.max,
  })

const field = (meaning: string, value: 'required' | 'optional' | 'absent') =>
  choice(meaning, ['required', 'optional', 'absent'], value)

export const settingsSchema = z.strictObject({
  issuer: about(origin, {
    meaning: 'The address that people and services know Guichet by; every token names it.',
    expects: 'an origin such as « https://compte.example.fr », without path',
    development: 'http://localhost:3000',
    requiredInProduction: true,
  }),
  host: textLine('Address to listen on; 0.0.0.0 for every interface.', 253, '127.0.0.1'),
  port: whole('Port to listen on; 0 takes a free one.', { min: 0, max: 65_535, value: 3000 }),
  workers: whole(
    'Processes of this machine that share the port; SIGHUP replaces them one by one. The server alone has them, not `npm start`.',
    {
      min: 1,
      max: 64,
      value: 1,
    },
  ),
  stopNotice: duration(
    'Asked to stop, a server first says so (`/health/ready` answers 503) and serves on for this long, so that proxies that ask look elsewhere.',
    { min: '0 s', max: '60 s', value: '5 s' },
    { development: '0 s', default: '5 s in production, 0 s in development' },
  ),
  trustProxy: proxies(
    'Whose X-Forwarded-* headers are believed: how many proxies stand in front, or their networks. From elsewhere they are ignored.',
  ),
  dataDir: textLine('Directory of the embedded store and of the keys; made with mode 0700.', 4096, 'var'),
  store: choice(
    'Where data is kept: `embedded`, one file on this machine; `mongo`, what lasts in MongoDB and what expires in Redis, for as many machines as one likes.',
    ['embedded', 'mongo'],
    'embedded',
  ),
  mongo: z.strictObject({
    url: about(mongoAddress.optional(), {
      meaning: 'MongoDB, with its database; holds its user and password when it needs them. For the store `mongo`.',
      expects: 'an address such as « mongodb://user:password@db1.example.fr,db2.example.fr/guichet?replicaSet=rs0 »',
    }),
  }),
  redis: z.strictObject({
    url: about(redisAddress.optional(), {
      meaning: 'Redis, for the store `mongo`: one server, a master known to Sentinels, or a Cluster; `rediss` for TLS.',
      expects:
        'redis://host:6379, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:6379,host:6379',
    }),
  }),
  keysFile: optionalPath('File of the keys, mode 0600; `keys.json` of the data directory by default.'),
  texts: about(z.string().min(1).max(4096).default(sampleTexts), {
    meaning: "Directory of the operator's texts, `<name>.<language>.md`.",
    expects: 'the path of a directory',
    default: 'config/texts',
  }),
  logLevel: choice('Least severe level that is logged.', ['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'info'),

  name: textLine('Name of the site, on every page and in every mail.', 60, 'Guichet'),
  operator: lineInProduction(
    'The public body that runs this Guichet and answers for the data.',
    120,
    'Organisme de démonstration',
    'Ministère du Travail',
  ),
  contact: lineInProduction(
    'Human contact shown wherever somebody may be stuck, and in mails: an e-mail address, an https address or a short text.',
    200,
    'aide@guichet.example',
    'aide@compte.example.fr',
  ),
  accessibility: choice(
    'Level of conformity that the last accessibility audit gave (RGAA).',
    ['non', 'partiellement', 'totalement'],
    'non',
  ),
  legalBasis: z.strictObject({
    fr: optionalLine('Legal basis of the processing, in French; a public-interest mission when absent.', 300),
    en: optionalLine('The same in English.', 300),
  }),

  smtp: z.strictObject({
    url: about(smtpAddress, {
      meaning: 'Server that mails leave by; holds its user and password when it needs them.',
      expects: 'an address such as « smtps://user:password@smtp.example.fr:465 »',
      development: 'smtp://127.0.0.1:1025',
      requiredInProduction: true,
    }),
    allowClear: flag(
      'Sends mails without TLS to a server that offers none; a server on a loopback address never needs it.',
      false,
    ),
  }),
  mail: z.strictObject({
    from: about(mailbox, {
      meaning: 'Sender of mails.',
      expects: 'an address such as « Guichet <ne-pas-repondre@compte.example.fr> »',
      development: 'Guichet <ne-pas-repondre@guichet.example>',
      requiredInProduction: true,
    }),
    concurrency: whole('Mails sent at once.', { min: 1, max: 20, value: 2 }),
    spread: whole(
      'Seconds within which a mail leaves, drawn at random: what the server is busy with then tells nobody whether their try made one leave.',
      { min: 0, max: 60, value: 3 },
    ),
  }),

  upstreams: about(upstreamsSchema, {
    meaning:
      'Providers that people may sign in by: FranceConnect, FranceConnect+ and any other OpenID provider; docs/upstreams.md says what each holds.',
    expects: 'a list of providers, as docs/upstreams.md describes it',
    default: 'none',
  }),

  form: z.strictObject({
    telephones: field('Telephones at sign-up; required asks for one of the two.', 'required'),
    address: field('Postal address at sign-up.', 'required'),
    diploma: field('Highest diploma at sign-up.', 'optional'),
  }),
  challenge: choice('Control against robots; `none` is refused in production.', ['picture', 'none'], 'picture'),
  passwords: z.strictObject({
    memory: whole('Memory of one argon2id hash.', { min: 1024, max: 1_048_576, value: 19_456, unit: 'KiB' }),
    iterations: whole('Passes of argon2id.', { min: 1, max: 20, value: 2 }),
    parallelism: whole('Lanes of argon2id.', { min: 1, max: 8, value: 1 }),
    concurrency: whole('Hashes computed at once.', { min: 1, max: 32, value: 2 }),
    queue: whole('Hashes that may wait; beyond, a page asks to try again in a moment.', {
      min: 0,
      max: 10_000,
      value: 64,
    }),
  }),
  network: z.strictObject({
    signInChallenge: volume('Sign-in tries', 'the control against robots is asked for', limits.signInNetworkChallenge),
    signInRefusal: volume('Sign-in tries', 'they are refused until the hour ends', limits.signInNetwork),
    signUpChallenge: volume('Sign-ups', 'the control has two rounds', limits.signUpNetworkChallenge),
    signUpRefusal: volume('Sign-ups', 'they are refused until the hour ends', limits.signUpNetwork),
  }),

  session: z.strictObject({
    idle: duration("A person's session ends after this long without activity.", {
      min: '1 min',
      max: '8 h',
      value: '30 min',
    }),
    absolute: duration('And this long after the sign-in, whatever happens.', {
      min: '5 min',
      max: '24 h',
      value: '8 h',
    }),
    confirmAfter: duration('Inactivity after which a page asks whether to go on with this account.', {
      min: '1 min',
      max: '8 h',
      value: '5 min',
    }),
    device: duration('How long a browser that has signed in is known for its account.', {
      min: '1 d',
      max: '365 d',
      value: '180 d',
    }),
  }),
  lifetime: z.strictObject({
    interaction: duration('A sign-in or sign-up begun from a service.', { min: '5 min', max: '24 h', value: '1 h' }),
    form: duration('A form left open, before its answers must be sent again.', {
      min: '1 h',
      max: '7 d',
      value: '24 h',
    }),
    activationLink: duration('The link that activates an account.', { min: '5 min', max: '24 h', value: '24 h' }),
    recoveryLink: duration('The link that chooses a new password.', { min: '5 min', max: '4 h', value: '1 h' }),
    authorizationCode: duration('An authorisation code.', { min: '10 s', max: '10 min', value: '1 min' }),
    pushedRequest: duration('A pushed authorisation request.', { min: '10 s', max: '1 min', value: '1 min' }),
    accessToken: duration('An access token.', { min: '1 min', max: '1 h', value: '10 min' }),
    clientCredentials: duration('An access token of a service itself.', { min: '1 min', max: '1 h', value: '10 min' }),
    idToken: duration('An ID token.', { min: '1 min', max: '1 h', value: '10 min' }),
    refreshToken: duration('A refresh token, from its last rotation; and the grant that it comes from.', {
      min: '1 h',
      max: '90 d',
      value: '14 d',
    }),
    refreshGrace: duration(
      "After a rotation, the same client's retry gets the very same tokens for this long; 0 s for never.",
      { min: '0 s', max: '10 s', value: '0 s' },
    ),
    logoutDelivery: duration('How long a back-channel logout that cannot be delivered is tried again.', {
      min: '10 min',
      max: '7 d',
      value: '24 h',
    }),
    formerSecret: duration("A service's former secret, after a rotation.", { min: '0 s', max: '30 d', value: '7 d' }),
  }),
  cases: z.strictObject({
    answer: duration('Within how long people are told that an agent decides about a number that two claim.', {
      min: '1 d',
      max: '180 d',
      value: '30 d',
    }),
    contest: duration('How long a decision may be contested and undone before it takes effect.', {
      min: '1 d',
      max: '90 d',
      value: '15 d',
    }),
  }),
  retention: z.strictObject({
    pending: duration('Accounts never activated.', { min: '1 d', max: '30 d', value: '7 d' }),
    audit: duration("The audit's traces (six to twelve months, says the CNIL).", {
      min: '180 d',
      max: '366 d',
      value: '365 d',
    }),
  }),

  allowLoopbackFetch: flag(
    'Lets services be fetched (JWKS, sectors, back-channel logout) on loopback addresses; refused in production.',
    false,
    { development: true, default: 'true in development, false in production' },
  ),
  allowHttpLocalhost: flag(
    'In production, accepts an http issuer when its host is localhost: to try it on one machine.',
    false,
  ),
})

export type Settings = z.output<typeof settingsSchema>
