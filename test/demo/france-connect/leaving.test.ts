import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  aClient,
  afterLogout,
  aRequest,
  askToken,
  authorize,
  choose,
  longEnough,
  type Running,
  startFranceConnect,
  type Tokens,
} from './running.ts'

let running: Running
beforeEach(async () => {
  running = await startFranceConnect({ clients: [aClient(), aClient({ id: 'another', postLogoutRedirectUris: [] })] })
})
afterEach(() => running.stop())

const signedIn = async (): Promise<{ readonly idToken: string; readonly cookie: string }> => {
  const { back, cookie } = await choose(running.issuer, aRequest(), { person: 'nadia' })
  const tokens = (await (await askToken(running.issuer, back.searchParams.get('code') ?? '')).json()) as Tokens
  return { idToken: tokens.id_token, cookie }
}

const leave = (asked: Readonly<Record<string, string>>, cookie = ''): Promise<Response> =>
  fetch(`${running.issuer}/session/end?${new URLSearchParams(asked)}`, {
    redirect: 'manual',
    headers: { Cookie: cookie },
  })

const rightly = (idToken: string) => ({
  id_token_hint: idToken,
  state: longEnough('l'),
  post_logout_redirect_uri: afterLogout,
})

describe('leaving the simulated FranceConnect', () => {
  it('ends the session and goes back with state, long after the ID token expired and the keys changed', async () => {
    const { idToken, cookie } = await signedIn()
    running.pass(20 * 60)
    for (const _turn of [1, 2, 3]) await running.provider.rotateKeys()
    expect((await authorize(running.issuer, aRequest(), cookie)).status).toBe(303)
    const answer = await leave(rightly(idToken), cookie)
    expect(answer.headers.get('Location')).toBe(`${afterLogout}?state=${longEnough('l')}`)
    expect((await authorize(running.issuer, aRequest(), cookie)).status).toBe(200)
  })

  it('takes a client_id only when it is that of the ID token', async () => {
    const { idToken } = await signedIn()
    expect((await leave({ ...rightly(idToken), client_id: 'a-service' })).status).toBe(303)
    expect((await leave({ ...rightly(idToken), client_id: 'another' })).status).toBe(400)
  })

  it('stops on a page of its own, the session still open, when anything is wrong', async () => {
    const { idToken, cookie } = await signedIn()
    const right = rightly(idToken)
    const [header = '', , signature = ''] = idToken.split('.')
    const forged = `${header}.${Buffer.from(JSON.stringify({ iss: running.issuer, aud: 'a-service' })).toString('base64url')}.${signature}`
    const { id_token_hint: _hint, ...noHint } = right
    const { state: _state, ...noState } = right
    const wrong: readonly Readonly<Record<string, string>>[] = [
      noHint,
      noState,
      { ...right, id_token_hint: 'nonsense' },
      { ...right, id_token_hint: forged },
      { ...right, post_logout_redirect_uri: 'http://127.0.0.1:9/ailleurs' },
      { ...right, logout_hint: 'nadia' },
    ]
    for (const asked of wrong) {
      const answer = await leave(asked, cookie)
      expect([answer.status, answer.headers.get('Location')]).toEqual([400, null])
      expect(await answer.text()).toContain('SIM-LOGOUT')
    }
    expect((await authorize(running.issuer, aRequest(), cookie)).status).toBe(303)
  })
})
