import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { type Faults, offeredFaultNames, offeredFaults } from '../../../src/demo/france-connect/faults.ts'
import {
  aRequest,
  askToken,
  askUserinfo,
  authorize,
  choose,
  longEnough,
  type Running,
  startFranceConnect,
  type Tokens,
  tokensFor,
  userinfoOf,
  verifiedBy,
} from './running.ts'

let running: Running
beforeEach(async () => {
  running = await startFranceConnect()
})
afterEach(() => running.stop())

const idTokenWith = async (faults: Faults): Promise<string> => {
  running.provider.setFaults(faults)
  return (await tokensFor(running.issuer)).id_token
}

const userinfoWith = async (faults: Faults): Promise<Response> => {
  running.provider.setFaults(faults)
  return askUserinfo(running.issuer, (await tokensFor(running.issuer)).access_token)
}

const tokenAnswer = async (chosen: Readonly<Record<string, string>> = { person: 'yann' }): Promise<Response> => {
  const { back } = await choose(running.issuer, aRequest(), chosen)
  return askToken(running.issuer, back.searchParams.get('code') ?? '')
}

describe('a signature', () => {
  it('can be of a key that is not published, under the id of one that is', async () => {
    const idToken = await idTokenWith({ wrongKey: true })
    const published = (await (await fetch(`${running.issuer}/jwks`)).json()) as { keys: { kid: string }[] }
    expect(published.keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(idToken).kid)
    await expect(verifiedBy(running, idToken)).rejects.toThrow('signature verification failed')
    await expect(verifiedBy(running, await (await userinfoWith({ wrongKey: 'userinfo' })).text())).rejects.toThrow(
      'signature verification failed',
    )
    expect(await verifiedBy(running, await idTokenWith({ wrongKey: 'userinfo' }))).toHaveProperty('sub')
  })

  it('can be of a key under its own, unknown id', async () => {
    await expect(verifiedBy(running, await idTokenWith({ unknownKey: true }))).rejects.toThrow('no applicable key')
  })

  it('can be of a new key, found by whoever reads the keys again', async () => {
    const keys = createRemoteJWKSet(new URL(`${running.issuer}/jwks`), { cooldownDuration: 0 })
    const verify = async (jwt: string): Promise<JWTPayload> =>
      (await jwtVerify(jwt, keys, { currentDate: new Date(running.now()) })).payload
    const first = await idTokenWith({})
    await verify(first)
    const second = await idTokenWith({ rotatedKey: true })
    expect(decodeProtectedHeader(second).kid).not.toBe(decodeProtectedHeader(first).kid)
    expect(await verify(second)).toHaveProperty('sub')
    expect(await verify(first)).toHaveProperty('sub')
  })

  it('can be missing', async () => {
    const idToken = await idTokenWith({ algNone: true })
    expect(decodeProtectedHeader(idToken).alg).toBe('none')
    expect(idToken).toMatch(/\.$/)
    const userinfo = await userinfoWith({ unsignedUserinfo: true })
    expect(userinfo.headers.get('Content-Type')).toContain('application/json')
    expect(await userinfo.json()).toHaveProperty('family_name', 'EXEMPLE')
  })
})

describe('claims', () => {
  it.each<[keyof Faults, string, unknown]>([
    ['wrongAud', 'aud', 'a-service'],
    ['wrongNonce', 'nonce', longEnough('n')],
    ['wrongAcr', 'acr', 'eidas1'],
  ])('can be wrong: %s', async (fault, claim, right) => {
    expect(decodeJwt(await idTokenWith({}))[claim]).toEqual(right)
    const wrong = decodeJwt(await idTokenWith({ [fault]: true }))[claim]
    expect(wrong).toEqual(expect.any(String))
    expect(wrong).not.toEqual(right)
  })

  it('can be of another issuer, or from another time', async () => {
    expect(decodeJwt(await idTokenWith({ wrongIss: true })).iss).not.toBe(running.issuer)
    expect(decodeJwt(await idTokenWith({ expiredIdToken: true })).exp).toBeLessThan(running.now() / 1_000 - 600)
  })

  it('can be missing from userinfo, or of somebody else', async () => {
    const right = decodeJwt(await (await userinfoWith({})).text())
    const missing = decodeJwt(await (await userinfoWith({ missingClaims: ['birthdate'] })).text())
    expect(Object.keys(right).filter(name => !(name in missing))).toEqual(['birthdate'])
    expect(decodeJwt(await (await userinfoWith({ userinfoOtherSub: true })).text()).sub).not.toBe(right.sub)
  })

  it('can be altered one by one, and are signed all the same', async () => {
    for (const name of Object.keys(decodeJwt(await idTokenWith({})))) {
      const alterIdToken = (claims: JWTPayload): JWTPayload => ({ ...claims, [name]: 'tampered' })
      expect(decodeJwt(await idTokenWith({ alterIdToken }))[name]).toBe('tampered')
    }
    running.provider.setFaults({ alterUserinfo: claims => ({ ...claims, gender: 'tampered' }) })
    expect(await userinfoOf(running, await tokensFor(running.issuer))).toHaveProperty('gender', 'tampered')
  })
})

describe('an answer', () => {
  it('can be late, where asked', async () => {
    running.provider.setFaults({ slow: { ms: 7_000, at: ['userinfo', 'discovery'] } })
    await userinfoOf(running, await tokensFor(running.issuer))
    await fetch(`${running.issuer}/.well-known/openid-configuration`)
    expect(running.waits).toEqual([7_000, 7_000])
  })

  it('can be cut', async () => {
    running.provider.setFaults({ cutConnection: ['token', 'jwks'] })
    await expect(tokenAnswer()).rejects.toThrow('fetch failed')
    await expect(fetch(`${running.issuer}/jwks`)).rejects.toThrow('fetch failed')
    await expect(userinfoWith({ cutConnection: ['userinfo'] })).rejects.toThrow('fetch failed')
  })

  it('can be an error', async () => {
    running.provider.setFaults({ tokenError: true })
    expect((await tokenAnswer()).status).toBe(500)
    running.provider.setFaults({ tokenError: { status: 400, error: 'invalid_grant' } })
    expect(await (await tokenAnswer()).json()).toMatchObject({ error: 'invalid_grant', error_uri: expect.any(String) })
    expect((await userinfoWith({ userinfoError: true })).status).toBe(500)
    running.provider.setFaults({ discoveryDown: true, jwksDown: true })
    expect((await fetch(`${running.issuer}/.well-known/openid-configuration`)).status).toBe(503)
    expect((await fetch(`${running.issuer}/jwks`)).status).toBe(503)
    running.provider.setFaults({})
    expect((await fetch(`${running.issuer}/jwks`)).status).toBe(200)
  })

  it('can come back in the name of another provider, or of none, errors included', async () => {
    const isses = async (faults: Faults): Promise<readonly (string | null)[]> => {
      running.provider.setFaults(faults)
      const chosen = await choose(running.issuer, aRequest(), { person: 'yann' })
      const refused = await authorize(running.issuer, aRequest({ prompt: 'none' }))
      return [chosen.back, new URL(refused.headers.get('Location') ?? '')].map(url => url.searchParams.get('iss'))
    }
    expect(await isses({})).toEqual([running.issuer, running.issuer])
    expect(await isses({ noIssInCallback: true })).toEqual([null, null])
    expect(new Set(await isses({ wrongIssInCallback: true }))).toEqual(new Set(['https://another-issuer.example']))
  })
})

describe('a fault chosen on the page', () => {
  it('is offered by name', async () => {
    const page = await (await authorize(running.issuer, aRequest())).text()
    for (const name of offeredFaultNames) expect(page).toContain(`<option value="${name}">`)
    expect(offeredFaults.wrongNonce).toEqual({ wrongNonce: true })
  })

  it('is that sign-in alone', async () => {
    const chosen = (await (await tokenAnswer({ person: 'yann', fault: 'wrongNonce' })).json()) as Tokens
    expect(decodeJwt(chosen.id_token).nonce).not.toBe(longEnough('n'))
    expect(decodeJwt((await tokensFor(running.issuer)).id_token).nonce).toBe(longEnough('n'))
    expect((await tokenAnswer({ person: 'yann', fault: 'tokenError' })).status).toBe(500)
  })
})
