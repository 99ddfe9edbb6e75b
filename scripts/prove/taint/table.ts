/** « needle × place »: where each may be. Everywhere else it is a leak. */
import type { Kind } from './ledger.ts'

export const places = [
  // what Guichet writes
  'log lines and error output',
  'database and its WAL',
  'temporary files',
  'process arguments',
  'compiled code kept',
  'health answers',
  // what passes between it and browsers
  'addresses asked of Guichet',
  'Referer of any request',
  'redirects to Guichet itself',
  'redirects to the service',
  'cookies set',
  'other answer headers',
  'pages',
  'pages of error',
  'forms posted to the service',
  'pages that may be cached',
  // what passes between it and services, and mails
  'answers to services',
  'mails',
  // what a real browser shows and keeps
  'addresses asked by the browser',
  'Referer sent by the browser',
  'addresses asked of the service',
  'console of the browser',
  'history of the tab',
  'profile on disk, cache and cookies',
  'profile on disk, forms and addresses',
  'profile on disk, tabs to reopen',
] as const
export type Place = (typeof places)[number]

const OWN_MEMORY: readonly Place[] = ['profile on disk, forms and addresses', 'profile on disk, tabs to reopen']

/** On their own pages, and where their own browser helps them fill in forms, unless they or their library forbid it. */
const ownForms: readonly Place[] = ['pages', ...OWN_MEMORY]

/**
 * The addresses that hold something are few, and each is used up or of the protocol: a mailed token stands in the address that was
 * mailed, and leads at once to a clean one, so that « back » never shows it; a code in the address of its service. The files in which
 * a browser keeps its own history and tabs hold both: dead once used, which is at once for the code, and for the link when it served.
 */
export const MAY: { readonly [kind in Kind]: readonly Place[] } = {
  number: ownForms,
  name: [...ownForms, 'answers to services'],
  'e-mail': [...ownForms, 'answers to services', 'mails'],
  telephone: [...ownForms, 'answers to services'],
  address: [...ownForms, 'answers to services'],
  // the service's own doing, in its request
  'login hint': ['addresses asked of Guichet', 'addresses asked by the browser', ...OWN_MEMORY],
  password: [],
  session: ['cookies set'],
  'other cookie': ['cookies set'],
  code: [
    'redirects to the service',
    'forms posted to the service',
    'addresses asked of the service',
    'addresses asked by the browser',
    'history of the tab',
    ...OWN_MEMORY,
  ],
  'access token': ['answers to services'],
  'refresh token': ['answers to services'],
  // signing out from a service: id_token_hint, as the specification wants it
  'ID token': ['answers to services', 'addresses asked of Guichet'],
  'client secret': [],
  'client assertion': [],
  'DPoP proof': [],
  'PKCE verifier': [],
  'mailed token': ['mails', 'addresses asked of Guichet', 'addresses asked by the browser', ...OWN_MEMORY],
  state: [
    'addresses asked of Guichet',
    'redirects to the service',
    'forms posted to the service',
    'addresses asked of the service',
    'addresses asked by the browser',
    'history of the tab',
    ...OWN_MEMORY,
  ],
  nonce: ['addresses asked of Guichet', 'addresses asked by the browser', 'answers to services', ...OWN_MEMORY],
  key: [],
}

/** Where it must be, or the journeys did not do what they say, and finding nothing elsewhere proves nothing. */
export const MUST: { readonly [kind in Kind]?: readonly Place[] } = {
  number: ['pages'],
  name: ['pages', 'answers to services'],
  'e-mail': ['pages', 'answers to services', 'mails'],
  telephone: ['pages', 'answers to services'],
  address: ['pages', 'answers to services'],
  'login hint': ['addresses asked of Guichet'],
  session: ['cookies set'],
  'other cookie': ['cookies set'],
  code: ['redirects to the service', 'forms posted to the service'],
  'access token': ['answers to services'],
  'refresh token': ['answers to services'],
  'ID token': ['answers to services', 'addresses asked of Guichet'],
  'mailed token': ['mails', 'addresses asked of Guichet'],
  state: ['addresses asked of Guichet', 'redirects to the service'],
  nonce: ['addresses asked of Guichet', 'answers to services'],
}
