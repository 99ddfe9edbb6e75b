/** DPoP: each request carries a proof of possession of its own, whose number (jti) is worth one use. */
import { createHash, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { aPerson } from '../../../../test/support/people.ts'
import { is } from '../../part.ts'
import { aProvedService, REDIRECT_URI, signInTo } from '../../world/service.ts'
import { atOnce, inLanes, type Race, tally } from '../race.ts'

type Proof = (method: string, url: string, access?: string) => Promise<string>

const aProver = async (): Promise<Proof> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  return (htm, htu, access) => {
    const ath = access && createHash('sha256').update(access).digest('base64url')
    return new SignJWT({ jti: randomUUID(), htm, htu, ...(ath && { ath }) })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setIssuedAt()
      .sign(privateKey)
  }
}

export const proofs: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 20 : 500
  const service = await aProvedService(world, { name: 'Comptage des hirondelles' })
  const proof = await aProver()
  const tokenUrl = `${world.issuer}/token`
  const userinfoUrl = `${world.issuer}/userinfo`

  /** A token bound to the prover's key. */
  const bound = async (): Promise<string> => {
    const visitor = world.visitor(world.server(), '198.51.100.40')
    const { code, verifier } = await signInTo(visitor, service, await world.enrol(aPerson()))
    const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI }
    const { body } = await service.call(world.server(), '/token', fields, { dpop: await proof('POST', tokenUrl) })
    return String(body.access_token)
  }

  const access = await bound()
  const atToken: string[] = []
  const atUserinfo: string[] = []
  const run = await inLanes(
    arena,
    { what: 'proofs', count },
    async () => undefined,
    async () => {
      const dpop = await proof('POST', tokenUrl)
      const fields = { grant_type: 'client_credentials' }
      const tokens = await atOnce(world, server => service.call(server, '/token', fields, { dpop }))
      atToken.push(...tokens.map(({ status, body }) => `${status} ${body.error ?? body.token_type}`))

      const headers = { authorization: `DPoP ${access}`, dpop: await proof('GET', userinfoUrl, access) }
      const told = await atOnce(world, server => server.fetch(userinfoUrl, { headers }))
      const errorOf = (answer: Response) => /error="([^"]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1]
      atUserinfo.push(...told.map(answer => `${answer.status} ${errorOf(answer) ?? 'claims'}`))
    },
  )
  const token = tally(atToken)
  const userinfo = tally(atUserinfo)
  const refusals = count * (world.servers.length - 1)
  return [
    is('DPoP proofs raced for, at /token and at /userinfo', run, count),
    is('proofs taken at /token', token['200 DPoP'] ?? 0, count),
    is(
      'proofs refused at /token (400 invalid_grant)',
      token['400 invalid_grant'] ?? 0,
      refusals,
      JSON.stringify(token),
    ),
    is('proofs taken at /userinfo', userinfo['200 claims'] ?? 0, count),
    is(
      'proofs refused at /userinfo (401 invalid_token)',
      userinfo['401 invalid_token'] ?? 0,
      refusals,
      JSON.stringify(userinfo),
    ),
  ]
}
