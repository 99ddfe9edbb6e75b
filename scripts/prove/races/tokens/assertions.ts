/** private_key_jwt: a service proves who it is by an assertion, whose number (jti) is worth one use. */
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { is } from '../../part.ts'
import { aProvedService, postForm } from '../../world/service.ts'
import { atOnce, inLanes, type Race, tally } from '../race.ts'

const BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export const assertions: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 30 : 1000
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'prove', alg: 'ES256', use: 'sig' }
  const { id } = await aProvedService(world, { authMethod: 'private_key_jwt', jwks: { keys: [jwk] } })
  const assertion = (): Promise<string> =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'prove' })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(world.issuer)
      .setIssuedAt()
      .setExpirationTime('1 minute')
      .sign(privateKey)

  const outcomes: string[] = []
  const run = await inLanes(
    arena,
    { what: 'assertions', count },
    async () => undefined,
    async () => {
      const fields = {
        grant_type: 'client_credentials',
        client_assertion_type: BEARER,
        client_assertion: await assertion(),
      }
      const answers = await atOnce(world, server => postForm(world, server, '/token', fields))
      outcomes.push(...answers.map(({ status, body }) => `${status} ${body.error ?? body.token_type}`))
    },
  )
  const counts = tally(outcomes)
  const refusals = count * (world.servers.length - 1)
  return [
    is('assertions raced for', run, count),
    is('assertions taken', counts['200 Bearer'] ?? 0, count),
    is('assertions refused (401 invalid_client)', counts['401 invalid_client'] ?? 0, refusals),
  ]
}
