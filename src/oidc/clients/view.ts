import type { ServiceRecord } from '../../stores/contracts.ts'
import type { ServiceView } from '../contracts.ts'

/** What pages may show of a service. */
export const viewOf = (service: ServiceRecord): ServiceView => {
  const text = (name: string): string | undefined => {
    const value = service.metadata[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return {
    id: service.id,
    name: text('client_name') ?? service.id,
    firstParty: service.firstParty,
    homePage: text('client_uri'),
    initiateLoginUri: text('initiate_login_uri'),
    logo: text('logo_uri'),
    policyUri: text('policy_uri'),
  }
}

/** What the CSP's form-action must name for a redirect there to pass: an origin, or the scheme of an application. */
export const cspSourceOf = (uri: string | undefined): string | undefined => {
  const url = uri === undefined ? null : URL.parse(uri)
  if (!url) return undefined
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : url.protocol
}
