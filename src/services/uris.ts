import { fault, type ServiceFault, type ServiceField } from './faults.ts'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
/** RFC 8252: a scheme of one's own is a domain name reversed. */
const REVERSED_DOMAIN = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/

export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname)

/** Compared as text, so what is registered is what a parser gives back: no dot segments, no odd letters in the host. */
const common = (field: ServiceField, uri: string, url: URL): readonly ServiceFault[] => {
  if (uri.includes('*')) return fault(field, 'wildcard', 'an exact address, without *', uri)
  if (uri.includes('#')) return fault(field, 'fragment', 'an address without #', uri)
  if (url.username || url.password) return fault(field, 'format', 'an address without user name or password', uri)
  if (/[\s\\<>"{}|^`]/.test(uri) || uri.length > 2000) return fault(field, 'format', 'an absolute address', uri)
  return []
}

const webScheme = (field: ServiceField, uri: string, url: URL): readonly ServiceFault[] => {
  if (url.protocol === 'https:' && url.hostname) return []
  if (url.protocol === 'http:' && isLoopback(url)) return []
  return fault(field, 'scheme', 'https (http for localhost, 127.0.0.1 and [::1] alone)', uri)
}

const nativeScheme = (field: ServiceField, uri: string, url: URL): readonly ServiceFault[] => {
  if (url.protocol === 'https:' && !isLoopback(url)) return []
  if (url.protocol === 'http:' && isLoopback(url)) return []
  if (REVERSED_DOMAIN.test(url.protocol)) return []
  return fault(
    field,
    'scheme',
    'https, http on a loopback address, or a reversed domain as scheme (fr.example.app:/…)',
    uri,
  )
}

const check =
  (scheme: typeof webScheme) =>
  (field: ServiceField, uri: string): readonly ServiceFault[] => {
    const url = URL.parse(uri)
    if (!url) return fault(field, 'format', 'an absolute address, such as https://service.example/return', uri)
    const faults = common(field, uri, url)
    return faults.length > 0 ? faults : scheme(field, uri, url)
  }

/** Faults of an address of a site: https, or http on a loopback address; no fragment, no wildcard. */
export const webUriFaults = check(webScheme)
/** Faults of where an installed application is sent back. */
export const nativeUriFaults = check(nativeScheme)
