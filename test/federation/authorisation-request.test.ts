import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { BeginOptions } from '../../src/federation/federation.ts'
import type { Upstream } from '../../src/federation/upstream.ts'
import { authorize, callback, requestIdIn } from '../demo/france-connect/running.ts'
import { aClient, type OnItsWay, startOnItsWay } from './support/on-its-way.ts'

const plus: Partial<Upstream> = { kind: 'franceconnect+', acr: ['eidas2', 'eidas3'] }
let france: OnItsWay
let francePlus: OnItsWay
beforeAll(async () => {
  france = await startOnItsWay({ askAmr: true }, { clients: [aClient({ amrAuthorised: true })] })
  francePlus = await startOnItsWay(plus, { kind: 'franceconnect+' })
})
afterAll(() => Promise.all([france.stop(), francePlus.stop()]))

const beginning = async (way: OnItsWay, options: BeginOptions = {}) => {
  const begun = await way.federation.begin('franceconnect', options)
  if (begun.kind !== 'begun') throw new Error('not begun')
  const url = new URL(begun.url)
  return { url, asked: Object.fromEntries(url.searchParams), flight: begun.flight }
}

/** What FranceConnect takes, and all of it that is ever sent: facts/franceconnect.md. */
const ACCEPTED = [
  'acr_values',
  'claims',
  'client_id',
  'nonce',
  'prompt',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'ui_locales',
]

describe('a request to FranceConnect', () => {
  it('says who asks, for what, and where to come back to, in parameters that FranceConnect accepts', async () => {
    const { url, asked, flight } = await beginning(france, { prompt: 'login', uiLocales: 'fr' })
    expect(url.origin + url.pathname).toBe(`${france.issuer}/authorize`)
    expect([...url.searchParams.keys()].sort()).toEqual(ACCEPTED)
    expect(asked).toEqual({
      response_type: 'code',
      client_id: 'a-service',
      redirect_uri: callback,
      scope: 'openid identite_pivot email',
      acr_values: 'eidas1',
      claims: '{"id_token":{"amr":{"essential":true}}}',
      prompt: 'login',
      ui_locales: 'fr',
      state: flight.state,
      nonce: flight.nonce,
    })
  })

  it.each([{}, { prompt: 'login' }, { uiLocales: 'en' }, { prompt: 'login', uiLocales: 'fr en' }] as const)(
    'is answered by the page of its identity providers, not by an error: %j',
    async options => {
      for (const way of [france, francePlus]) {
        const { url } = await beginning(way, options)
        const page = await (await authorize(way.issuer, url.searchParams)).text()
        expect(requestIdIn(page)).not.toBe('')
      }
    },
  )

  it('has a state and a nonce of 43 random characters, never twice the same', async () => {
    const seen = new Set<string>()
    for (let turn = 0; turn < 20; turn += 1) {
      const { flight } = await beginning(france)
      for (const random of [flight.state, flight.nonce]) {
        expect(random).toMatch(/^[A-Za-z0-9_-]{43}$/)
        seen.add(random)
      }
    }
    expect(seen.size).toBe(40)
  })

  it('asks people to show again who they are only when that is wanted', async () => {
    expect((await beginning(france)).asked).not.toHaveProperty('prompt')
    expect((await beginning(france, { prompt: 'login' })).asked).toHaveProperty('prompt', 'login')
  })

  it('asks for the level wanted, the lowest of the provider when none is, and remembers it', async () => {
    for (const [way, options, level] of [
      [france, {}, 'eidas1'],
      [francePlus, {}, 'eidas2'],
      [francePlus, { acr: 'eidas3' }, 'eidas3'],
    ] as const) {
      const { asked, flight } = await beginning(way, options)
      expect([asked.acr_values, flight.acr]).toEqual([level, level])
    }
  })

  it('asks how people were authenticated only where FranceConnect has authorised that', async () => {
    expect((await beginning(francePlus)).asked).not.toHaveProperty('claims')
  })

  it('can be kept as plain JSON until the person is back', async () => {
    const { flight } = await beginning(france, { prompt: 'login' })
    expect(JSON.parse(JSON.stringify(flight))).toEqual(flight)
    expect(flight).not.toHaveProperty('verifier')
    expect(flight.askedAt).toBe(france.now())
  })
})
