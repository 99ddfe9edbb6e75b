/** Registered services as the provider's clients. */
import { randomBytes } from 'node:crypto'
import type Provider from 'oidc-provider'
import type { Client, ClientMetadata } from 'oidc-provider'
import { secretMatches } from '../../services/secrets.ts'
import type { ServiceRecord } from '../../stores/contracts.ts'
import type { ServiceView } from '../contracts.ts'
import type { OidcNeeds } from '../needs.ts'
import { translatingAway } from '../storage/away.ts'
import { ownService } from './own.ts'
import { viewOf } from './view.ts'

export type Clients = {
  /** The service, unless it is unknown or disabled. Guichet's own is among them. */
  service(id: string): Promise<ServiceRecord | undefined>
  view(id: string | undefined): Promise<ServiceView | undefined>
  recordOf(client: Client): ServiceRecord
  /** Makes a provider look its clients up here, and compare their secrets by hash. */
  install(provider: Provider): void
}

/** The library wants a secret of whoever authenticates with one: ours are hashes, so it holds a value that nobody knows. */
const PLACEHOLDER = randomBytes(32).toString('base64url')

/** With one the library takes several hosts, and derives no sector of its own. Never fetched: subjects come from the record. */
const SECTOR_ELSEWHERE = 'https://sector.invalid/'

const PASSED_ON = [
  'client_name',
  'redirect_uris',
  'post_logout_redirect_uris',
  'application_type',
  'scope',
  'token_endpoint_auth_method',
  'jwks',
  'jwks_uri',
  'subject_type',
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'response_types',
  'grant_types',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
]

const metadataFor = (service: ServiceRecord): ClientMetadata => {
  const known = Object.fromEntries(
    PASSED_ON.flatMap(name => (service.metadata[name] === undefined ? [] : [[name, service.metadata[name]]])),
  )
  const confidential = String(service.metadata.token_endpoint_auth_method).startsWith('client_secret')
  return {
    // The library changes what it is given; metadata is JSON.
    ...JSON.parse(JSON.stringify(known)),
    client_id: service.id,
    ...(confidential && { client_secret: PLACEHOLDER }),
    ...(known.subject_type !== 'public' && { sector_identifier_uri: SECTOR_ELSEWHERE }),
  }
}

type ClientClass = {
  new (metadata: ClientMetadata): Client
  find(id: string): Promise<Client | undefined>
  readonly prototype: Client
}

export const makeClients = ({
  stores,
  issuer,
  name,
  clock,
}: Pick<OidcNeeds, 'stores' | 'issuer' | 'name' | 'clock'>): Clients => {
  const own = ownService(issuer, name, clock())
  const records = new WeakMap<Client, ServiceRecord>()

  const service: Clients['service'] = async id => {
    if (id === own.id) return own
    const found = await translatingAway(() => stores.services.find(id))
    return found?.status === 'active' ? found : undefined
  }

  const recordOf = (client: Client): ServiceRecord => {
    const record = records.get(client)
    if (!record) throw new Error('a client that does not come from the services')
    return record
  }

  return {
    service,
    recordOf,

    async view(id) {
      const found = id === undefined ? undefined : await service(id)
      return found && viewOf(found)
    },

    install(provider) {
      const Client = provider.Client as unknown as ClientClass
      // The store gives the same record as long as the service is unchanged: so is its client.
      const made = new WeakMap<ServiceRecord, Client>()

      Client.find = async id => {
        const record = typeof id === 'string' && id !== '' ? await service(id) : undefined
        if (!record) return undefined
        const standing = made.get(record)
        if (standing) return standing
        const client = new Client(metadataFor(record))
        made.set(record, client)
        records.set(client, record)
        return client
      }

      Client.prototype.compareClientSecret = function (this: Client, offered) {
        return typeof offered === 'string' && secretMatches(recordOf(this).secrets, offered, clock())
      }
    },
  }
}
