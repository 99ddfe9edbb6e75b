import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import { afterLogout, callback, longEnough, type Running, requestIdIn, startFranceConnect } from './running.ts'

let running: Running
beforeEach(async () => {
  running = await startFranceConnect({ clock: Date.now })
})
afterEach(() => running.stop())

const discovered = (): Promise<client.Configuration> =>
  client.discovery(
    new URL(running.issuer),
    'a-service',
    { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' },
    client.ClientSecretPost('a-secret'),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  )

const chosen = async (url: URL): Promise<URL> => {
  const page = await (await fetch(url)).text()
  const answer = await fetch(`${running.issuer}/choix`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ request: requestIdIn(page), person: 'aminata' }),
  })
  return new URL(answer.headers.get('Location') ?? '')
}

describe('openid-client, as it is, with signatures checked', () => {
  const signIn = async (configuration: client.Configuration) => {
    const checks = { expectedState: longEnough('s'), expectedNonce: longEnough('n') }
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope: 'openid identite_pivot idp_birthdate',
      acr_values: 'eidas1',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
    })
    return client.authorizationCodeGrant(configuration, await chosen(url), checks)
  }

  it('signs in, reads the identity and leaves', async () => {
    const configuration = await discovered()
    const tokens = await signIn(configuration)
    const sub = tokens.claims()?.sub ?? ''
    expect(await client.fetchUserInfo(configuration, tokens.access_token, sub)).toMatchObject({
      family_name: 'ESSAI',
      birthdate: '1948-01-01',
      idp_birthdate: '1948-00-00',
    })
    const leave = client.buildEndSessionUrl(configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: afterLogout,
      state: longEnough('l'),
    })
    expect((await fetch(leave, { redirect: 'manual' })).status).toBe(303)
  })

  it.each(['wrongKey', 'wrongIss', 'wrongAud', 'wrongNonce', 'expiredIdToken', 'algNone', 'wrongIssInCallback'])(
    'refuses %s',
    async fault => {
      const configuration = await discovered()
      running.provider.setFaults({ [fault]: true })
      await expect(signIn(configuration)).rejects.toThrow()
    },
  )
})
