/** One site, two providers: neither is taken for the other, nor pays for the other's troubles. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Begun, type Federation, makeFederation } from '../../src/federation/federation.ts'
import { aClient, callback, choose, type Running, startFranceConnect } from '../demo/france-connect/running.ts'
import { anUpstream } from './support/on-its-way.ts'

const ids = ['one', 'two'] as const
type Id = (typeof ids)[number]
const TIMEOUT_MS = 200
const backTo = (id: string): string => `${callback}/${id}`
const clients = [aClient({ redirectUris: ids.map(backTo) })]

let providers: { readonly [id in Id]: Running }
/** A provider that behaves as `handle` says. */
let broken: { readonly issuer: string; handle: RequestListener; stop(): void }
let federation: Federation
const asked: string[] = []
let passed = 0

beforeAll(async () => {
  const [one, two] = await Promise.all(ids.map(() => startFranceConnect({ clients })))
  if (!one || !two) throw new Error('not started')
  providers = { one, two }
  const server = createServer((request, response) => broken.handle(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  broken = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handle: () => undefined,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
  federation = makeFederation({
    upstreams: [
      anUpstream(one.issuer, { id: 'one' }),
      anUpstream(two.issuer, { id: 'two' }),
      anUpstream(broken.issuer, { id: 'broken' }),
    ],
    callbackUrl: backTo,
    signOutUrl: backTo,
    clock: () => new Date(one.now() + passed),
    log: { warn: () => undefined },
    timeoutMs: TIMEOUT_MS,
    fetch: (input, init) => {
      asked.push(String(input))
      return fetch(input, init)
    },
  })
})
afterAll(async () => {
  broken.stop()
  await Promise.all([providers.one.stop(), providers.two.stop()])
})

const begin = async (id: string): Promise<Extract<Begun, { kind: 'begun' }>> => {
  const begun = await federation.begin(id, {})
  if (begun.kind !== 'begun') throw new Error('not begun')
  return begun
}
const goAndBack = async (id: Id) => {
  const { url, flight } = await begin(id)
  const { back } = await choose(providers[id].issuer, new URL(url).searchParams, { person: 'elodie' })
  return { flight, back: back.searchParams }
}
const signIn = async (id: Id) => {
  const { flight, back } = await goAndBack(id)
  return federation.finish(id, back, flight)
}

describe('two providers', () => {
  it('each vouch for people of their own', async () => {
    for (const id of ids) {
      expect(await signIn(id)).toMatchObject({
        kind: 'identified',
        brought: { upstream: id, issuer: providers[id].issuer },
      })
    }
  })

  it.each([
    ['the callback of the other', 'upstream', async (_, here) => federation.finish('two', here.back, here.flight)],
    ['the flight of the other', 'upstream', async (there, here) => federation.finish('one', here.back, there.flight)],
    [
      'a flight relabelled',
      'state',
      async (there, here) => federation.finish('one', here.back, { ...there.flight, upstream: 'one' }),
    ],
    ['the answer of the other', 'iss', async (there, here) => federation.finish('one', there.back, here.flight)],
    [
      'the code of the other under our state',
      'iss',
      async (there, here) => {
        const mixed = new URLSearchParams(there.back)
        mixed.set('state', here.flight.state)
        return federation.finish('one', mixed, here.flight)
      },
    ],
  ] as readonly (readonly [
    string,
    string,
    (
      there: Awaited<ReturnType<typeof goAndBack>>,
      here: Awaited<ReturnType<typeof goAndBack>>,
    ) => ReturnType<Federation['finish']>,
  ])[])('are not mixed up: %s is refused, and the code is sent to nobody', async (_, why, mixing) => {
    const [here, there] = [await goAndBack('one'), await goAndBack('two')]
    asked.length = 0
    expect(await mixing(there, here)).toEqual({ kind: 'unverified', why })
    expect(asked).toEqual([])
  })

  it('never redeem the code of the other, even under our state and our name', async () => {
    const [here, there] = [await goAndBack('one'), await goAndBack('two')]
    const mixed = new URLSearchParams(here.back)
    mixed.set('code', there.back.get('code') ?? '')
    expect(await federation.finish('one', mixed, here.flight)).toEqual({
      kind: 'unavailable',
      retry: true,
      why: 'invalid_grant',
    })
  })
})

/** The ways in which a provider does not answer. */
const troubles: { readonly [how: string]: RequestListener } = {
  'never answers': () => undefined,
  'begins an answer and leaves it there': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{')
  },
  'answers without end': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536))) {}
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  },
  'answers without end, a little at a time': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(more))
  },
  'sends elsewhere': (_, response) => void response.writeHead(302, { location: providers.one.issuer }).end(),
  'sends to itself': (request, response) => void response.writeHead(302, { location: request.url ?? '/' }).end(),
  'hangs up': request => void request.socket.destroy(),
  'answers with a page': (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  'answers that it is too busy': (_, response) => void response.writeHead(503, { 'retry-after': '60' }).end(),
}

describe('a provider that', () => {
  it.each(Object.keys(troubles))('%s is away, told within its time, while another one is used', async how => {
    passed += 60_000
    broken.handle = troubles[how] ?? broken.handle
    const from = performance.now()
    const [away, ...others] = await Promise.all([
      federation.begin('broken', {}),
      ...ids.map(id => federation.begin(id, {})),
    ])
    expect(performance.now() - from).toBeLessThan(TIMEOUT_MS * 10)
    expect(away).toEqual({ kind: 'unavailable' })
    expect(others.map(({ kind }) => kind)).toEqual(['begun', 'begun'])
    expect(await federation.endSessionUrl('broken', { idToken: 'a-token', state: 'a-state' })).toBeUndefined()
  })

  it('is away is asked once for many people, remembered for seconds, then asked again', async () => {
    passed += 60_000
    broken.handle = troubles['hangs up'] ?? broken.handle
    asked.length = 0
    const begin = () => federation.begin('broken', {})
    for (let turn = 0; turn < 3; turn += 1) await Promise.all(Array.from({ length: 10 }, begin))
    expect(asked).toHaveLength(1)
    passed += 60_000
    await Promise.all(Array.from({ length: 10 }, begin))
    expect(asked).toHaveLength(2)
  })
})
