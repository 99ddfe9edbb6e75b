/** How services are called: JWKS and back-channel logout. The library's guard against private addresses stands. */
import { isLoopback } from '../../services/uris.ts'
import type { OidcNeeds } from '../needs.ts'

type Fetch = typeof globalThis.fetch

/** Loopback addresses are let through when configuration says so, without following a redirect from there to elsewhere. */
export const makeFetching = (needs: Pick<OidcNeeds, 'allowLoopbackFetch' | 'fetch'>): Fetch => {
  const send: Fetch = needs.fetch ?? globalThis.fetch
  return (input, init) => {
    const url = URL.parse(String(input instanceof Request ? input.url : input))
    if (!needs.allowLoopbackFetch || !url || !isLoopback(url)) return send(input, init)
    const { dispatcher: _guard, ...unguarded } = { dispatcher: undefined, ...init }
    return send(input, { ...unguarded, redirect: init?.redirect ?? 'error' })
  }
}
