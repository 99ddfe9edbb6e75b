import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type ParsedRequest,
  parseAuthorisationRequest,
} from '../../../src/demo/france-connect/protocol/authorisation-request.ts'
import {
  aClient,
  aRequest,
  authorize,
  callback,
  choose,
  longEnough,
  type Running,
  requestIdIn,
  startFranceConnect,
} from './running.ts'

let running: Running
beforeEach(async () => {
  running = await startFranceConnect()
})
afterEach(() => running.stop())

const parsed = (asked: URLSearchParams): ParsedRequest => parseAuthorisationRequest(asked, [aClient()], 'franceconnect')
const names = [...aRequest().keys()]
const accepted = new Set([...names, 'claims', 'prompt', 'idp_hint', 'ui_locales'])

describe('an authorisation request that stays on a page of FranceConnect', () => {
  it('is one with any other parameter, whatever its name', () => {
    const name = fc.oneof(
      fc.string().filter(text => !accepted.has(text)),
      fc.constantFrom('code_challenge', 'code_challenge_method', 'max_age', 'login_hint', 'response_mode', 'display'),
      fc.constantFrom('id_token_hint', 'request', 'request_uri', 'resource', 'State', 'nonce '),
    )
    fc.assert(
      fc.property(name, fc.string(), (name, value) => {
        const asked = aRequest()
        asked.append(name, value)
        expect(parsed(asked)).toMatchObject({ kind: 'stopped', code: 'Y030007' })
      }),
    )
  })

  it('is one that says something twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), name => {
        const asked = aRequest()
        asked.append(name, asked.get(name) ?? '')
        expect(parsed(asked)).toMatchObject({ kind: 'stopped', code: 'Y030007' })
      }),
    )
  })

  it('is one whose state or nonce has fewer than 32 characters', () => {
    fc.assert(
      fc.property(fc.constantFrom('state', 'nonce'), fc.string({ maxLength: 31 }), (name, value) => {
        expect(parsed(aRequest({ [name]: value }))).toMatchObject({ kind: 'stopped', code: 'Y030007' })
      }),
    )
    expect(parsed(aRequest({ nonce: undefined }))).toMatchObject({ kind: 'stopped', code: 'Y030007' })
    expect(parsed(aRequest({ state: longEnough('s') }))).toMatchObject({ kind: 'asked' })
  })

  it.each([
    ['Y030007', { code_challenge: 'x', code_challenge_method: 'S256' }],
    ['SIM-CLIENT', { client_id: 'nobody' }],
    ['SIM-REDIRECT', { redirect_uri: `${callback}/` }],
    ['SIM-REDIRECT', { redirect_uri: undefined }],
  ])('shows %s, and no way back', async (code, changes) => {
    const answer = await authorize(running.issuer, aRequest(changes))
    const page = await answer.text()
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Location')).toBeNull()
    expect(page).toContain(`<dd>${code}</dd>`)
    expect(page).not.toContain(callback)
  })
})

describe('an authorisation request that is returned to the service', () => {
  it.each([
    ['invalid_request', { response_type: 'token' }],
    ['invalid_request', { response_type: undefined }],
    ['invalid_request', { acr_values: undefined }],
    ['invalid_request', { prompt: 'none' }],
    ['invalid_request', { prompt: '' }],
    ['invalid_request', { prompt: 'login login' }],
    ['invalid_request', { claims: 'amr' }],
    ['invalid_request', { claims: '{"userinfo":{"email":null}}' }],
    ['invalid_scope', { scope: 'email' }],
    ['invalid_scope', { scope: 'openid phone' }],
    ['invalid_acr', { acr_values: 'eidas2' }],
    ['invalid_acr', { acr_values: 'eidas1 eidas1' }],
  ])('says %s for %j, with state and iss', async (error, changes) => {
    const answer = await authorize(running.issuer, aRequest(changes))
    const back = new URL(answer.headers.get('Location') ?? '')
    expect(`${back.origin}${back.pathname}`).toBe(callback)
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error,
      error_description: expect.any(String),
      state: longEnough('s'),
      iss: running.issuer,
    })
  })

  it.each(['login', 'consent', 'login consent', 'consent login'])('is not one that asks for prompt=%s', prompt => {
    expect(parsed(aRequest({ prompt, idp_hint: 'x', ui_locales: 'fr' }))).toMatchObject({ kind: 'asked' })
  })

  it.each([
    'access_denied',
    'server_error',
    'temporarily_unavailable',
    'invalid_request',
    'invalid_scope',
    'invalid_acr',
  ])('says %s when that is chosen on the page', async error => {
    const { back, cookie } = await choose(running.issuer, aRequest(), { error })
    expect(back.searchParams.get('error')).toBe(error)
    expect(back.searchParams.get('state')).toBe(longEnough('s'))
    expect(back.searchParams.get('iss')).toBe(running.issuer)
    expect(cookie).toBe('')
  })
})

describe('the page of test people', () => {
  it('says what it is not, in the language asked, with a name for each field', async () => {
    const french = await (await authorize(running.issuer, aRequest())).text()
    expect(french).toContain('Simulateur\u00a0: ce n&#39;est pas FranceConnect.')
    expect(french).toContain('<html lang="fr">')
    expect(french).toContain('<h1>Choisissez une personne de test</h1>')
    expect(french).toContain('<label for="fault">')
    expect(french).not.toContain('<script')
    const english = await (await authorize(running.issuer, aRequest({ ui_locales: 'en-GB fr' }))).text()
    expect(english).toContain('<html lang="en">')
    expect(english).toContain('<h1>Choose a test person</h1>')
  })

  const answerWith = (fields: Readonly<Record<string, string>>, headers = {}): Promise<Response> =>
    fetch(`${running.issuer}/choix`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers })

  it('answers its own request once, and no other', async () => {
    const request = requestIdIn(await (await authorize(running.issuer, aRequest())).text())
    expect((await answerWith({ request: 'guessed', person: 'yann' })).status).toBe(400)
    expect((await answerWith({ request, person: 'nobody' })).status).toBe(400)
    expect((await answerWith({ request, person: 'yann' }, { Origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await answerWith({ request, person: 'yann' })).status).toBe(303)
    expect((await answerWith({ request, person: 'yann' })).status).toBe(400)
  })

  it('forgets the oldest requests beyond a thousand, and refuses a long form', async () => {
    const request = requestIdIn(await (await authorize(running.issuer, aRequest())).text())
    for (let i = 0; i < 1_000; i++) await (await authorize(running.issuer, aRequest())).arrayBuffer()
    expect((await answerWith({ request, person: 'yann' })).status).toBe(400)
    expect((await answerWith({ request, person: 'x'.repeat(70_000) })).status).toBe(413)
  })
})
