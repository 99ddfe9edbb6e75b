/** What is known of a request from its first moment, for every layer that handles it, the provider's included. */
import type { IncomingMessage } from 'node:http'
import type { Language } from '../stores/contracts.ts'

export type Ambient = {
  /** Random, shown on error pages as « référence » and written in the log. */
  readonly requestId: string
  /** IPv4 address or IPv6 /64 of the person's network, as far as configured proxies are believed. Never logged: throttle keys only. */
  readonly network: string
  readonly language: Language
}

const ambients = new WeakMap<IncomingMessage, Ambient>()

export const setAmbient = (request: IncomingMessage, ambient: Ambient): void => {
  ambients.set(request, ambient)
}

/** Throws when the request did not come through the first middleware: a fault of ours. */
export const ambientOf = (request: IncomingMessage): Ambient => {
  const ambient = ambients.get(request)
  if (!ambient) throw new Error('a request without ambient: it did not pass the first middleware')
  return ambient
}
