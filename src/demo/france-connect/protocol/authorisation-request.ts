import { z } from 'zod'
import type { FranceConnectClient, FranceConnectKind } from '../clients.ts'

/** The highest level last. */
export const acrsOf: Readonly<Record<FranceConnectKind, readonly string[]>> = {
  franceconnect: ['eidas1'],
  'franceconnect+': ['eidas2', 'eidas3'],
}

const required = ['response_type', 'client_id', 'redirect_uri', 'scope', 'acr_values', 'state', 'nonce'] as const
const optional = ['claims', 'prompt', 'idp_hint', 'ui_locales'] as const
const known: ReadonlySet<string> = new Set([...required, ...optional])
const randomLength = 32

export type AuthorisationRequest = {
  readonly client: FranceConnectClient
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly scopes: readonly string[]
  readonly acr: string
  readonly amrAsked: boolean
  readonly prompts: readonly string[]
}

export type CallbackError =
  | 'access_denied'
  | 'invalid_scope'
  | 'invalid_request'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'invalid_acr'

/** Why a request stays on FranceConnect's own page: Y030007 is its code; the others are this simulator's. */
export type StopCode = 'Y030007' | 'SIM-CLIENT' | 'SIM-REDIRECT'

export type ParsedRequest =
  | { readonly kind: 'asked'; readonly request: AuthorisationRequest }
  | { readonly kind: 'stopped'; readonly code: StopCode; readonly why: string }
  | {
      readonly kind: 'returned'
      readonly redirectUri: string
      readonly state: string
      readonly error: CallbackError
      readonly why: string
    }

const amrRequest = z.strictObject({
  id_token: z.strictObject({ amr: z.union([z.null(), z.strictObject({ essential: z.boolean() })]) }),
})

/** Whether `claims` asks for amr, which is all that it may ask for; undefined when it is something else. */
const asksAmr = (claims: string | null): boolean | undefined => {
  if (claims === null) return false
  try {
    return amrRequest.safeParse(JSON.parse(claims)).success ? true : undefined
  } catch {
    return undefined
  }
}

const stopped = (code: StopCode, why: string): ParsedRequest => ({ kind: 'stopped', code, why })

/** What stops a request whatever the client: FranceConnect refuses the form of it before anything else. */
const faultOfForm = (asked: URLSearchParams): string | undefined => {
  const names = [...asked.keys()]
  const extra = names.find(name => !known.has(name))
  if (extra !== undefined) return `parameter not accepted: ${extra}`
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) return `parameter given twice: ${repeated}`
  const short = (['state', 'nonce'] as const).find(name => (asked.get(name) ?? '').length < randomLength)
  return short && `${short} must have ${randomLength} characters or more`
}

const words = (text: string | null): readonly string[] => (text ?? '').split(' ').filter(word => word !== '')

const promptsAreRight = (prompts: readonly string[], given: boolean): boolean =>
  (!given || prompts.length > 0) &&
  prompts.every((prompt, i) => ['login', 'consent'].includes(prompt) && prompts.indexOf(prompt) === i)

/** What is said back to the client, once it is known whose request this is. */
const faultOfContent = (
  asked: URLSearchParams,
  client: FranceConnectClient,
  kind: FranceConnectKind,
): readonly [CallbackError, string] | undefined => {
  const missing = required.find(name => (asked.get(name) ?? '') === '')
  if (missing !== undefined) return ['invalid_request', `missing parameter: ${missing}`]
  if (asked.get('response_type') !== 'code') return ['invalid_request', 'response_type must be code']
  if (!promptsAreRight(words(asked.get('prompt')), asked.has('prompt')))
    return ['invalid_request', 'prompt must be login, consent or both']
  if (asksAmr(asked.get('claims')) === undefined) return ['invalid_request', 'claims may only ask for amr in id_token']
  const scopes = words(asked.get('scope'))
  if (!scopes.includes('openid')) return ['invalid_scope', 'scope must have openid']
  const beyond = scopes.find(scope => !client.scopes.includes(scope))
  if (beyond !== undefined) return ['invalid_scope', `scope not granted to this client: ${beyond}`]
  if (!acrsOf[kind].includes(asked.get('acr_values') ?? ''))
    return ['invalid_acr', `acr_values must be ${acrsOf[kind].join(' or ')}`]
  return undefined
}

export const parseAuthorisationRequest = (
  asked: URLSearchParams,
  clients: readonly FranceConnectClient[],
  kind: FranceConnectKind,
): ParsedRequest => {
  const form = faultOfForm(asked)
  if (form !== undefined) return stopped('Y030007', form)
  const client = clients.find(({ id }) => id === asked.get('client_id'))
  if (client === undefined) return stopped('SIM-CLIENT', 'unknown client_id')
  const redirectUri = asked.get('redirect_uri') ?? ''
  if (!client.redirectUris.includes(redirectUri)) return stopped('SIM-REDIRECT', 'redirect_uri is not registered')
  const state = asked.get('state') ?? ''
  const fault = faultOfContent(asked, client, kind)
  if (fault !== undefined) return { kind: 'returned', redirectUri, state, error: fault[0], why: fault[1] }
  return {
    kind: 'asked',
    request: {
      client,
      redirectUri,
      state,
      nonce: asked.get('nonce') ?? '',
      scopes: words(asked.get('scope')),
      acr: asked.get('acr_values') ?? '',
      amrAsked: asksAmr(asked.get('claims')) === true,
      prompts: words(asked.get('prompt')),
    },
  }
}
