/** What services do with what they are given: by every way of authenticating, right and wrong. */
import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { ServiceRequest } from '../../../src/services/services.ts'
import type { Page } from '../../../test/support/visitor.ts'
import { aProvedService, type Fields, type ProvedService } from '../world/service.ts'
import type { JourneyNeeds } from './people.ts'

export type TaintedService = {
  readonly service: ProvedService
  /** An authorisation request whose state, nonce and verifier are looked for. */
  request(parameters?: Fields): { readonly url: string; readonly verifier: string }
  /** The code that came back in the address, or in the page that posts it. */
  codeOn(page: Page): string
  /** Everything that may be done with a code, in order and again. */
  use(code: string, verifier: string): Promise<{ readonly idToken: string }>
}

export const aTaintedService = async (
  { fronted, ledger }: JourneyNeeds,
  asked: Partial<ServiceRequest> & Pick<ServiceRequest, 'redirectUris'>,
): Promise<TaintedService> => {
  const { world, front } = fronted
  const service = await aProvedService(world, asked)
  ledger.add('client secret', service.secret)
  const { issuer } = world

  const request: TaintedService['request'] = parameters => {
    const made = service.request(parameters)
    const { searchParams } = new URL(made.url)
    ledger.add('state', searchParams.get('state') ?? '')
    ledger.add('nonce', searchParams.get('nonce') ?? '')
    ledger.add('PKCE verifier', made.verifier)
    return made
  }

  const keep = (body: { readonly [name: string]: unknown }): { readonly [name: string]: string } => {
    const access_token = String(body.access_token ?? '')
    const refresh_token = String(body.refresh_token ?? '')
    const id_token = String(body.id_token ?? '')
    if (access_token) ledger.add('access token', access_token)
    if (refresh_token) ledger.add('refresh token', refresh_token)
    if (id_token) ledger.add('ID token', id_token)
    return { access_token, refresh_token, id_token }
  }

  const get = (path: string, headers: Fields) => front.fetch(issuer + path, { headers: { ...headers } })

  return {
    service,
    request,
    codeOn: page => {
      const code = /name="code" value="([^"]+)"/.exec(page.body)?.[1] ?? new URL(page.url).searchParams.get('code')
      if (!code) throw new Error(`no code came back: ${page.status} « ${page.heading} »`)
      return ledger.add('code', code)
    },
    use: async (code, verifier) => {
      await service.redeem(front, { code, verifier: `${verifier.slice(0, -3)}xyz` })
      const first = await service.redeem(front, { code, verifier })
      // a wrong verifier spends nothing
      if (first.status !== 200) throw new Error(`a code was refused: ${JSON.stringify(first.body)}`)
      const redeemed = keep(first.body)
      const refreshed = keep((await service.refresh(front, redeemed.refresh_token ?? '')).body)
      const bearer = { authorization: `Bearer ${refreshed.access_token}` }
      await get('/userinfo', bearer)
      await get('/userinfo', { authorization: `DPoP ${refreshed.access_token}` })
      await get('/userinfo', { authorization: `Bearer ${refreshed.access_token}x` })
      await service.call(front, '/introspect', { token: refreshed.access_token ?? '' })
      await service.call(front, '/introspect', { token: refreshed.refresh_token ?? '' })
      await service.refresh(front, redeemed.refresh_token ?? '')
      await service.redeem(front, { code, verifier })
      await service.call(front, '/revoke', { token: refreshed.refresh_token ?? '' })
      await get('/userinfo', bearer)
      await service.call(front, '/request', { client_id: service.id, redirect_uri: service.redirectUri, scope: 'x y' })
      return { idToken: redeemed.id_token ?? '' }
    },
  }
}

const signed = (key: CryptoKey, header: { readonly alg: string; readonly [name: string]: unknown }, claims: Fields) =>
  new SignJWT({ ...claims })
    .setProtectedHeader(header)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key)

/** A service that signs: its assertions and proofs are good once, and are nobody else's business. */
export const useProofs = async ({ fronted, ledger }: JourneyNeeds): Promise<void> => {
  const { world, front } = fronted
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'one' }
  const { id } = await world.addService({
    name: 'Une machine',
    redirectUris: [],
    responseTypes: [],
    grantTypes: ['client_credentials'],
    authMethod: 'private_key_jwt',
    jwks: { keys: [jwk] },
  })
  const assertion = (aud: string) =>
    signed(privateKey, { alg: 'ES256', kid: 'one' }, { iss: id, sub: id, aud }).then(made =>
      ledger.add('client assertion', made),
    )
  const proof = (htu: string) =>
    signed(privateKey, { alg: 'ES256', typ: 'dpop+jwt', jwk }, { htm: 'POST', htu }).then(made =>
      ledger.add('DPoP proof', made),
    )
  const ask = (client_assertion: string, dpop: string) =>
    front.fetch(`${world.issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', dpop },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }).toString(),
    })
  const good = await assertion(world.issuer)
  const answer = await ask(good, await proof(`${world.issuer}/token`))
  const body: { readonly access_token?: string } = (await answer.json()) as { readonly access_token?: string }
  if (answer.status !== 200) throw new Error(`an assertion was refused: ${JSON.stringify(body)}`)
  ledger.add('access token', body.access_token ?? '')
  await ask(good, await proof(`${world.issuer}/token`)) // again
  await ask(await assertion('https://ailleurs.exemple.fr'), await proof(`${world.issuer}/token`))
  await ask(await assertion(world.issuer), await proof(`${world.issuer}/elsewhere`))
}
