import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import { allowInsecureRequests, ClientSecretBasic, type Configuration, discovery } from 'openid-client'

export type Provider = { readonly configuration: Configuration; readonly keys: JWTVerifyGetKey }

/** Thrown when the provider's discovery document cannot be had: it is not started yet, or elsewhere. */
export class ProviderAway extends Error {
  constructor(issuer: string, cause: unknown) {
    super(`no discovery document at ${issuer}`, { cause })
    this.name = 'ProviderAway'
  }
}

export type ProviderNeeds = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }

const discover = async ({ issuer, clientId, clientSecret }: ProviderNeeds): Promise<Provider> => {
  const plain = new URL(issuer).protocol === 'http:' // only ever the loopback, here
  const configuration = await discovery(
    new URL(issuer),
    clientId,
    undefined,
    ClientSecretBasic(clientSecret),
    plain ? { execute: [allowInsecureRequests] } : undefined,
  )
  const jwksUri = configuration.serverMetadata().jwks_uri
  if (jwksUri === undefined) throw new Error('the discovery document names no jwks_uri')
  return { configuration, keys: createRemoteJWKSet(new URL(jwksUri)) }
}

/** Discovers the provider at first need and remembers it; a failure is not remembered, so that the next need tries again. */
export const makeProvider = (needs: ProviderNeeds): (() => Promise<Provider>) => {
  let known: Promise<Provider> | undefined
  return () => {
    known ??= discover(needs).catch(cause => {
      known = undefined
      throw new ProviderAway(needs.issuer, cause)
    })
    return known
  }
}
