import { fault, type ServiceFault } from './faults.ts'
import type { ServiceRequest } from './request.ts'

const hostsOf = (uris: readonly string[]): readonly string[] => [
  ...new Set(uris.flatMap(uri => URL.parse(uri)?.host || [])),
]

/** The host that pairwise subjects are made for: given, or that of the redirect URIs when they have but one. */
export const sectorOf = (
  asked: ServiceRequest,
  id: string,
): { readonly sector: string; readonly faults: readonly ServiceFault[] } => {
  if (asked.sector !== undefined) {
    const url = URL.parse(`https://${asked.sector}`)
    const plain = url && url.host === asked.sector.toLowerCase() && !url.username
    const faults = plain ? [] : fault('sector', 'format', 'a host name, such as service.example', asked.sector)
    return { sector: asked.sector.toLowerCase(), faults }
  }
  const [host, ...others] = hostsOf(asked.redirectUris)
  if (others.length > 0) {
    return {
      sector: '',
      faults: fault('sector', 'required', 'the host that subjects are made for, as redirect URIs have several'),
    }
  }
  // An application's own scheme has no host: its sector is its own identifier.
  return { sector: host ?? id.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-'), faults: [] }
}
