/** Everything that is secret or of a person in many sign-ins, gathered from the wire, and looked for in every line logged. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { JWK } from 'jose'
import { type Faults, offeredFaults } from '../../src/demo/france-connect/faults.ts'
import { testPeople } from '../../src/demo/france-connect/people.ts'
import type { Upstream } from '../../src/federation/upstream.ts'
import { choose } from '../demo/france-connect/running.ts'
import { aClient, type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

const SECRET = 'a-very-secret-secret'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ours = { kid: 'ours', alg: 'ES256' }
const signing: JWK = { ...privateKey.export({ format: 'jwk' }), ...ours }
const shown = { kty: 'EC', ...publicKey.export({ format: 'jwk' }), ...ours }

const registrations: readonly (readonly [Partial<Upstream>, Parameters<typeof aClient>[0]])[] = [
  [
    { auth: { method: 'client_secret_post', secret: SECRET } },
    { auth: { method: 'client_secret_post', secret: SECRET } },
  ],
  [
    { auth: { method: 'private_key_jwt', key: signing } },
    { auth: { method: 'private_key_jwt', jwks: { keys: [shown] } } },
  ],
]

/** What must be in no log, and where it was met. */
const secrets = new Map<string, string>([
  [SECRET, 'client secret'],
  [String(signing.d), 'private key'],
])
const LEAST_LENGTH = 4
const keep = (what: string, value: unknown): void => {
  if (typeof value === 'string' && value.length >= LEAST_LENGTH) secrets.set(value, what)
  if (Array.isArray(value)) for (const one of value) keep(what, one)
}

/** These tell nothing of anybody. */
const PUBLIC = new Set(['iss', 'aud', 'acr', 'amr'])
const keepJwt = (what: string, jwt: string): void => {
  keep(what, jwt)
  const [, payload = '', signature] = jwt.split('.')
  keep(`${what}’s payload`, payload)
  keep(`${what}’s signature`, signature)
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    for (const [name, value] of Object.entries(claims)) if (!PUBLIC.has(name)) keep(`${what}’s ${name}`, value)
  } catch {}
}

const overheard: typeof fetch = async (input, init) => {
  const sent = new URLSearchParams(String(init?.body ?? ''))
  for (const name of ['code', 'client_secret', 'client_assertion', 'code_verifier']) keep(name, sent.get(name))
  keep('authorization', new Headers(init?.headers).get('authorization')?.replace('Bearer ', ''))
  const answer = await fetch(input, init)
  const text = await answer.clone().text()
  if (String(input).endsWith('/token') && answer.ok) {
    const tokens = JSON.parse(text) as { access_token: string; id_token: string }
    keep('access token', tokens.access_token)
    keepJwt('ID token', tokens.id_token)
  }
  if (String(input).endsWith('/userinfo') && answer.ok) keepJwt('userinfo', text)
  return answer
}

const faults: readonly Faults[] = [
  {},
  ...Object.values(offeredFaults),
  { tokenError: { status: 400, error: 'invalid_grant' } },
  { tokenError: { status: 401, error: 'invalid_client' } },
  { tokenError: { status: 400, error: 'of_its_own' } },
  { userinfoError: { status: 401, error: 'invalid_token' } },
  { jwksDown: true, wrongKey: true },
  { alterIdToken: claims => ({ ...claims, nonce: 7 }) },
  { alterIdToken: claims => ({ ...claims, sub: '' }) },
  { alterUserinfo: claims => ({ ...claims, sub: claims.family_name as string }) },
]

let ways: readonly OnItsWay[]
let log = ''
beforeAll(async () => {
  ways = await Promise.all(
    registrations.map(([upstream, client]) =>
      startOnItsWay(upstream, { clients: [aClient(client)] }, { through: overheard }),
    ),
  )
  for (const way of ways) {
    for (const fault of faults) {
      way.provider.setFaults(fault)
      const begun = await way.federation.begin('franceconnect', { prompt: 'login' })
      if (begun.kind !== 'begun') throw new Error('not begun')
      keep('state', begun.flight.state)
      keep('nonce', begun.flight.nonce)
      const { back } = await choose(way.issuer, new URL(begun.url).searchParams, { person: 'elodie' })
      keep('code', back.searchParams.get('code'))
      await way.federation.finish('franceconnect', back.searchParams, begun.flight)
      // again: a code that was used, then an error told in the words of a person
      await way.federation.finish('franceconnect', back.searchParams, begun.flight)
      const told = { state: begun.flight.state, iss: way.issuer, error: SECRET, error_description: 'EXEMPLE' }
      await way.federation.finish('franceconnect', new URLSearchParams(told), begun.flight)
      way.pass(61)
    }
  }
  // the ids that FranceConnect's support asks for are random: five of their digits may be those of a place
  log = ways
    .flatMap(({ logged }) => logged)
    .join('\n')
    .replace(/(?<="upstreamId":")[\da-f-]{36}(?=")/g, 'an-id')
})
afterAll(() => Promise.all(ways.map(way => way.stop())))

/** As it is, and as it would be inside something encoded: at each of the three places where base64 may cut it. */
const forms = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('hex'),
  ...[0, 1, 2].map(before =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
      .toString('base64url')
      .slice(before === 0 ? 0 : before + 1, -2),
  ),
]

describe('the log of many sign-ins, most of them wrong', () => {
  it('is there, and says which provider and why', () => {
    const lines = log.split('\n')
    expect(lines.length).toBeGreaterThan(2 * faults.length)
    for (const line of lines) expect(line).toMatch(/"upstream":"franceconnect".*"why":"\w+"/)
  })

  it('was held against what was really said: secrets, tokens, codes, states, nonces and civil status', () => {
    const met = new Set(secrets.values())
    for (const what of ['client_secret', 'private key', 'client_assertion', 'code', 'access token', 'state', 'nonce']) {
      expect(met).toContain(what)
    }
    const { family_name, birthdate, email, given_name } = testPeople.find(({ id }) => id === 'elodie')?.claims ?? {}
    for (const claim of [family_name, birthdate, email, given_name]) expect([...secrets.keys()]).toContain(claim)
    expect(secrets.size).toBeGreaterThan(6 * faults.length)
  })

  it('has none of it, in clear nor encoded', () => {
    const found = [...secrets].filter(([secret]) =>
      forms(secret).some(form => form.length >= LEAST_LENGTH && log.toLowerCase().includes(form.toLowerCase())),
    )
    expect(found.map(([, what]) => what)).toEqual([])
  })
})
