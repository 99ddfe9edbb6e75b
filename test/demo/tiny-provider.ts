import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose'
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider'

export type TinyProvider = {
  readonly issuer: string
  readonly signingKey: CryptoKey
  readonly kid: string
  readonly accountId: string
  /** What the next interaction answers: consent given, or the error named. */
  answerNext(answer: 'consent' | 'access_denied'): void
  /** The parameters of each authorisation request, oldest first. */
  readonly requests: readonly Readonly<Record<string, unknown>>[]
  /** Every post to the token endpoint's grant types, oldest first. */
  readonly grants: readonly string[]
  revokeEverything(): void
  stop(): Promise<void>
}

const claims = {
  sub: 'fictive-person',
  family_name: 'Personne-Fictive',
  email: 'camille@example.fr',
  email_verified: true,
  phone_number: '+33639981234',
  phone_number_verified: false,
  address: { formatted: '12 RUE DES EXEMPLES\n26340 ROCHEFOURCHAT\nFRANCE', postal_code: '26340' },
}

/** A bare oidc-provider in memory with one person, who signs in and consents by herself, or refuses. */
export const startTinyProvider = async (clients: ClientMetadata[], port = 0): Promise<TinyProvider> => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = 'test-key'
  const requests: Record<string, unknown>[] = []
  const grants: string[] = []
  let answer: 'consent' | 'access_denied' = 'consent'
  let open = true

  const configuration: Configuration = {
    clients,
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' }] },
    cookies: { keys: ['test'] },
    scopes: ['openid', 'offline_access'],
    claims: {
      openid: ['sub'],
      profile: ['family_name', 'given_name', 'birthdate'],
      email: ['email', 'email_verified'],
      phone: ['phone_number', 'phone_number_verified'],
      address: ['address'],
    },
    rotateRefreshToken: true,
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, RefreshToken: 600 },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: ctx => {
          // Confirms at once, as the person's click would.
          const state = (ctx.oidc.session?.state as { secret?: string } | undefined)?.secret ?? ''
          ctx.body = `<form method="post" action="/session/end/confirm"><input name="xsrf" value="${state}"></form>`
        },
      },
    },
    fetch: (input, init) => fetch(input, init), // the default refuses the loopback
    findAccount: () => (open ? { accountId: claims.sub, claims: () => ({ ...claims }) } : undefined),
  }
  const provider = new Provider(issuer, configuration)
  provider.on('grant.success', ctx => void grants.push(String(ctx.oidc.params?.grant_type)))

  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    const details = await provider.interactionDetails(ctx.req, ctx.res)
    if (details.prompt.name === 'login') requests.push({ ...details.params })
    const finish = async (): Promise<string> => {
      if (answer === 'access_denied') {
        return provider.interactionResult(
          ctx.req,
          ctx.res,
          { error: 'access_denied' },
          { mergeWithLastSubmission: false },
        )
      }
      const grant = new provider.Grant({ accountId: claims.sub, clientId: String(details.params.client_id) })
      grant.addOIDCScope(String(details.params.scope))
      const result = { login: { accountId: claims.sub }, consent: { grantId: await grant.save() } }
      return provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true })
    }
    ctx.redirect(await finish())
  })
  server.on('request', provider.callback())

  return {
    issuer,
    signingKey: privateKey,
    kid,
    accountId: claims.sub,
    requests,
    grants,
    answerNext: next => {
      answer = next
    },
    revokeEverything: () => {
      open = false
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
