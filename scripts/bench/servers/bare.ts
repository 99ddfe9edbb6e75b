/** oidc-provider and nothing else: one page to sign in at, no hash, no limit, no audit, no log. What Guichet is measured against. */

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import Koa from 'koa'
import Provider, { type Configuration } from 'oidc-provider'
import { freePort } from '../../../test/support/free-port.ts'
import { answerParent } from '../../processes/child.ts'
import { CALLBACK, PEOPLE, type Target } from '../target.ts'
import { openBareAccounts } from './bare-accounts.ts'
import { makeBareRedis } from './bare-redis.ts'
import { makeBareStore } from './bare-store.ts'

const port = await freePort()
const issuer = `http://localhost:${port}`
const clientId = 'bench'
const clientSecret = randomBytes(32).toString('base64url')
const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

const typed = Array.from({ length: PEOPLE }, (_, index) => ({ nir: `person-${index}`, password: 'unused' }))

const { BENCH_DIR, BENCH_REDIS, BENCH_MONGO } = process.env
/** Where the settings name a MongoDB, accounts are looked up there. */
const accounts =
  BENCH_MONGO === undefined
    ? { find: async () => true }
    : await openBareAccounts(
        BENCH_MONGO,
        typed.map(({ nir }) => nir),
      )

const configuration: Configuration = {
  adapter:
    BENCH_REDIS === undefined ? makeBareStore(join(String(BENCH_DIR), 'bare.sqlite')) : makeBareRedis(BENCH_REDIS),
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [{ ...signing, use: 'sig', alg: 'ES256' }] as NonNullable<Configuration['jwks']>['keys'] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
  },
  subjectTypes: ['pairwise'],
  pairwiseIdentifier: (_ctx, accountId, client) =>
    createHash('sha256').update(`${client.sectorIdentifier}\0${accountId}`).digest('base64url'),
  findAccount: async (_ctx, accountId) =>
    (await accounts.find(accountId)) ? { accountId, claims: () => ({ sub: accountId }) } : undefined,
  interactions: { url: (_ctx, { uid }) => `/connexion/${uid}` },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  routes: { authorization: '/authorize', token: '/token', userinfo: '/userinfo', introspection: '/introspect' },
  loadExistingGrant: async ({ oidc }) => {
    const { client, session, provider, requestParamOIDCScopes } = oidc
    const standing = await provider.Grant.find(session?.grantIdFor(String(client?.clientId)) ?? '')
    if (standing) return standing
    const grant = new provider.Grant({ clientId: String(client?.clientId), accountId: String(session?.accountId) })
    grant.addOIDCScope([...requestParamOIDCScopes])
    await grant.save()
    return grant
  },
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    Grant: 14 * 86_400,
    IdToken: 600,
    Interaction: 3600,
    RefreshToken: 14 * 86_400,
    Session: 1800,
  },
}

const provider = new Provider(issuer, configuration)
provider.on('server_error', (_ctx, fault) => process.stderr.write(`${fault.stack}\n`))

const page = `<!doctype html><title>Bench</title><form method="post"><input name="nir"><input name="password" type="password"></form>`

const bodyOf = async (stream: AsyncIterable<Buffer>): Promise<URLSearchParams> => {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return new URLSearchParams(Buffer.concat(parts).toString())
}

const answer = provider.callback()
const site = new Koa()
site.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/connexion/')) return next()
  if (ctx.method === 'GET') {
    await provider.interactionDetails(ctx.req, ctx.res)
    ctx.type = 'html'
    ctx.body = page
    return
  }
  const accountId = (await bodyOf(ctx.req)).get('nir') ?? ''
  const result = { login: { accountId, amr: ['pwd'] }, consent: {} }
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  ctx.status = 303
})
site.use(async ctx => {
  ctx.respond = false
  await answer(ctx.req, ctx.res)
})
const handle = site.callback()
await new Promise<void>(resolve => createServer(handle).listen(port, '127.0.0.1', resolve))

const target: Target = { issuer, clientId, clientSecret, typed }
answerParent({ target: () => target })
