import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreAway } from '../../src/stores/contracts.ts'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, call, pkce, redeem, refresh, signedIn, userinfo, walk } from './support/service.ts'

const offline = { scope: 'openid email offline_access', prompt: 'consent' }

describe('refresh tokens', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())
  const begun = async () => {
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const { tokens, code, verifier } = await signedIn(guichet, service, account, offline)
    return { service, account, code, verifier, first: tokens.json }
  }

  it('are given with offline_access alone', async () => {
    const service = await guichet.aService()
    const without = await signedIn(guichet, service, await guichet.anAccount())
    expect(without.tokens.json).not.toHaveProperty('refresh_token')
    expect((await begun()).first.refresh_token).toEqual(expect.any(String))
  })

  it('rotate each time', async () => {
    const { service, first } = await begun()
    const second = await refresh(guichet, service, first.refresh_token)
    const third = await refresh(guichet, service, second.json.refresh_token)
    expect([second.status, third.status]).toEqual([200, 200])
    expect(new Set([first, second.json, third.json].map(({ refresh_token }) => refresh_token)).size).toBe(3)
    expect((await userinfo(guichet, third.json.access_token)).status).toBe(200)
  })

  it('end their whole chain when one is offered again', async () => {
    const { service, first } = await begun()
    const second = await refresh(guichet, service, first.refresh_token)
    const replay = await refresh(guichet, service, first.refresh_token)
    expect([replay.status, replay.json.error]).toEqual([400, 'invalid_grant'])
    expect((await refresh(guichet, service, second.json.refresh_token)).json.error).toBe('invalid_grant')
    expect((await userinfo(guichet, second.json.access_token)).status).toBe(401)
    expect(guichet.events).toContainEqual(
      expect.objectContaining({ name: 'token.replayed', details: { service: service.id, kind: 'refreshToken' } }),
    )
  })

  it('give one chain at most to four redemptions at once', async () => {
    const { service, first } = await begun()
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(guichet, service, first.refresh_token)))
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    for (const { status, json } of answers) if (status !== 200) expect(json.error).toBe('invalid_grant')
  })

  it('are refused to another service, without harm to their owner', async () => {
    const { service, first } = await begun()
    const other = await guichet.aService()
    expect((await refresh(guichet, other, first.refresh_token)).json.error).toBe('invalid_grant')
    expect((await refresh(guichet, service, first.refresh_token)).status).toBe(200)
  })

  it('end when the code that they came from is offered again', async () => {
    const { service, first, code, verifier } = await begun()
    expect((await redeem(guichet, service, code, verifier)).json.error).toBe('invalid_grant')
    expect((await refresh(guichet, service, first.refresh_token)).json.error).toBe('invalid_grant')
  })

  it('stay ended when the person comes back, even those that were being written while the code was offered again', async () => {
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const { tokens, code, verifier, browser } = await signedIn(guichet, service, account, offline)
    const { access_token: access, refresh_token: token } = tokens.json
    const { artefacts } = guichet.stores
    const written = await Promise.all([artefacts.find('AccessToken', access), artefacts.find('RefreshToken', token)])
    await redeem(guichet, service, code, verifier)
    for (const [model, id, found] of [
      ['AccessToken', access, written[0]],
      ['RefreshToken', token, written[1]],
    ] as const) {
      const payload = found?.payload ?? {}
      await artefacts.upsert(model, id, { payload, grantId: String(payload.grantId) }, new Date(Date.now() + 60_000))
    }

    const { page } = await walk(browser, authorizeUrl(service, pkce().challenge, offline), account)
    expect(page.away?.searchParams.get('code')).toEqual(expect.any(String))
    expect((await userinfo(guichet, access)).status).toBe(401)
    expect((await refresh(guichet, service, token)).json.error).toBe('invalid_grant')
  })

  it('stay ended in a session that asks for other things, then for the same again, and again', async () => {
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const begun = await signedIn(guichet, service, account, offline)
    const { artefacts } = guichet.stores
    const comes = async (scope: string) => {
      const { verifier, challenge } = pkce()
      const { page } = await walk(begun.browser, authorizeUrl(service, challenge, { ...offline, scope }), account)
      const code = page.away?.searchParams.get('code') ?? ''
      return { code, verifier, tokens: await redeem(guichet, service, code, verifier) }
    }
    let last: Pick<typeof begun, 'code' | 'verifier' | 'tokens'> = begun
    for (let round = 0; round < 12; round += 1) {
      const { access_token: access, refresh_token: token } = last.tokens.json
      const late = await Promise.all([artefacts.find('AccessToken', access), artefacts.find('RefreshToken', token)])
      await redeem(guichet, service, last.code, last.verifier)
      const standing = await comes('openid phone offline_access')
      last = await comes(offline.scope)
      expect([standing.tokens.status, last.tokens.status]).toEqual([200, 200])
      for (const [nth, [model, id]] of [['AccessToken', access] as const, ['RefreshToken', token] as const].entries()) {
        const payload = late[nth]?.payload ?? {}
        const artefact = { payload, grantId: String(payload.grantId) }
        expect(await artefacts.upsert(model, id, artefact, new Date(Date.now() + 60_000))).toBe('ended')
      }
      expect((await userinfo(guichet, access)).status).toBe(401)
      expect((await refresh(guichet, service, token)).json.error).toBe('invalid_grant')
      expect((await userinfo(guichet, last.tokens.json.access_token)).status).toBe(200)
    }
  })

  it('are refused once the account is suspended, or emptied of what was given before', async () => {
    for (const change of [{ status: 'suspended' }, { validAfter: new Date(Date.now() + 3_600_000) }] as const) {
      const { service, account, first } = await begun()
      await guichet.stores.accounts.change(account, 2, change, {})
      expect((await refresh(guichet, service, first.refresh_token)).json.error).toBe('invalid_grant')
      expect((await userinfo(guichet, first.access_token)).status).toBe(401)
      expect((await call(guichet, '/introspect', service, { token: first.access_token })).json).toEqual({
        active: false,
      })
    }
  })

  it('are narrowed to fewer scopes when asked, never widened', async () => {
    const { service, first } = await begun()
    const wider = await call(guichet, '/token', service, {
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token,
      scope: 'openid email phone',
    })
    expect(wider.json.error).toBe('invalid_scope')
    const narrower = await call(guichet, '/token', service, {
      grant_type: 'refresh_token',
      refresh_token: first.refresh_token,
      scope: 'openid',
    })
    expect(narrower.json.scope).toBe('openid')
  })
})

describe('with a grace for retries', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet({ refreshGraceSeconds: 5 })
  })
  afterAll(() => guichet.stop())
  const begun = async () => {
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const { tokens } = await signedIn(guichet, service, account, offline)
    return { service, account, token: String(tokens.json.refresh_token) }
  }

  it('answers the same service with the very same tokens', async () => {
    const { service, token } = await begun()
    const first = await refresh(guichet, service, token)
    const again = await refresh(guichet, service, token)
    expect(first.status).toBe(200)
    expect(again.status).toBe(200)
    expect(again.json).toEqual(first.json)
    expect((await refresh(guichet, service, again.json.refresh_token)).status).toBe(200)
  })

  it('answers four at once with one set of tokens', async () => {
    const { service, token } = await begun()
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(guichet, service, token)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
  })

  it('waits for the first answer as long as the grace lasts, though it comes late', async () => {
    const { service, token } = await begun()
    const { artefacts } = guichet.stores
    const { upsert } = artefacts
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const late: typeof upsert = async (model, ...rest) => {
      if (model === 'RefreshAnswer') {
        reached.resolve()
        await released.promise
      }
      return upsert(model, ...rest)
    }
    const looked = Promise.withResolvers<void>()
    const { find } = artefacts
    const watched: typeof find = async (model, id) => {
      const found = await find(model, id)
      if (model === 'RefreshAnswer') looked.resolve()
      return found
    }
    Object.assign(artefacts, { upsert: late, find: watched })
    const first = refresh(guichet, service, token)
    await reached.promise
    guichet.pass(4)
    const second = refresh(guichet, service, token)
    await looked.promise
    released.resolve()
    const answers = await Promise.all([first, second])
    Object.assign(artefacts, { upsert, find })
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[1]?.json).toEqual(answers[0]?.json)
  })

  it('gives nothing of an answer whose refresh token was not saved beside it', async () => {
    const { service, token } = await begun()
    const { artefacts } = guichet.stores
    const { upsert } = artefacts
    const cut: typeof upsert = async (model, ...rest) => {
      if (model === 'RefreshToken') throw new StoreAway('away')
      return upsert(model, ...rest)
    }
    Object.assign(artefacts, { upsert: cut })
    const first = await refresh(guichet, service, token)
    Object.assign(artefacts, { upsert })
    expect([first.status, first.json.refresh_token]).toEqual([503, undefined])
    const retry = await refresh(guichet, service, token)
    expect([retry.status, retry.json.error]).toEqual([400, 'invalid_grant'])
  })

  it('ends the chain once the grace has passed', async () => {
    const { service, token } = await begun()
    const first = await refresh(guichet, service, token)
    guichet.pass(6)
    expect((await refresh(guichet, service, token)).json.error).toBe('invalid_grant')
    expect((await refresh(guichet, service, first.json.refresh_token)).json.error).toBe('invalid_grant')
  })

  it('gives nothing to another service', async () => {
    const { service, token } = await begun()
    await refresh(guichet, service, token)
    const other = await guichet.aService()
    expect((await refresh(guichet, other, token)).json).toEqual({
      error: 'invalid_grant',
      error_description: 'grant request is invalid',
    })
  })

  it('gives nothing once the grant was revoked or the account suspended', async () => {
    const revoked = await begun()
    const answer = await refresh(guichet, revoked.service, revoked.token)
    await call(guichet, '/revoke', revoked.service, { token: answer.json.refresh_token })
    expect((await refresh(guichet, revoked.service, revoked.token)).json.error).toBe('invalid_grant')

    const suspended = await begun()
    await refresh(guichet, suspended.service, suspended.token)
    await guichet.stores.accounts.change(suspended.account, 2, { status: 'suspended' }, {})
    expect((await refresh(guichet, suspended.service, suspended.token)).json.error).toBe('invalid_grant')
  })
})
