import type { AccessToken, Client, ClientCredentials, KoaContextWithOIDC, RefreshToken } from 'oidc-provider'
import type { Clients } from '../clients/clients.ts'
import type { Accounts } from '../people/accounts.ts'

type Introspected = AccessToken | ClientCredentials | RefreshToken

/** A token tells only the service that it was given to, or the resource server that it is meant for. */
const concerns = (client: Client, token: Introspected): boolean => {
  const audience = 'aud' in token ? token.aud : undefined
  return token.clientId === client.clientId || audience === client.clientId
}

/** Anybody else, a disabled service, an account that may no longer be used: `active: false`, and nothing more. */
export const makeIntrospectionPolicy =
  ({
    accounts,
    clients,
  }: {
    readonly accounts: Pick<Accounts, 'usable'>
    readonly clients: Pick<Clients, 'service'>
  }) =>
  async (_ctx: KoaContextWithOIDC, client: Client, token: Introspected): Promise<boolean> => {
    if (!concerns(client, token) || token.clientId === undefined) return false
    if (token.clientId !== client.clientId && !(await clients.service(token.clientId))) return false
    const accountId = 'accountId' in token ? token.accountId : undefined
    return typeof accountId !== 'string' || (await accounts.usable(accountId, token.iat)) !== undefined
  }
