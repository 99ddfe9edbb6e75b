import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aGuichet, type Guichet } from './support/guichet.ts'
import { authorizeUrl, payloadOf, pkce, redeem, signedIn, userinfo, walk } from './support/service.ts'

describe('the code flow', () => {
  let guichet: Guichet
  beforeAll(async () => {
    guichet = await aGuichet()
  })
  afterAll(() => guichet.stop())

  it('leads a person through sign-in and consent to a service that learns who it is', async () => {
    const service = await guichet.aService()
    const account = await guichet.anAccount()
    const { tokens, met } = await signedIn(guichet, service, account)

    expect(met).toEqual(['login', 'consent'])
    expect(tokens.status).toBe(200)
    const idToken = payloadOf(tokens.json.id_token)
    expect(idToken).toMatchObject({
      iss: guichet.issuer,
      aud: service.id,
      nonce: 'the-nonce',
      acr: 'eidas1',
      amr: ['pwd'],
    })
    expect(idToken).not.toHaveProperty('family_name')
    const answer = await userinfo(guichet, tokens.json.access_token)
    expect(answer.json).toMatchObject({ sub: idToken.sub, family_name: 'DURAND', email: 'claire@exemple.fr' })
    expect(guichet.faults).toEqual([])
  })

  it('gives one code one set of tokens, whoever redeems it at once', async () => {
    const service = await guichet.aService()
    const { verifier, challenge } = pkce()
    const { page } = await walk(guichet.aBrowser(), authorizeUrl(service, challenge), await guichet.anAccount())
    const code = page.away?.searchParams.get('code') ?? ''
    const answers = await Promise.all([1, 2, 3, 4].map(() => redeem(guichet, service, code, verifier)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
    expect(answers.find(({ status }) => status === 400)?.json.error).toBe('invalid_grant')
    expect(guichet.events).toContainEqual(expect.objectContaining({ name: 'token.replayed' }))
  })
})
