/** What levels of assurance a request asks for, and which can be had. */
import type { KoaContextWithOIDC } from 'oidc-provider'

type AcrRequest = { readonly essential?: boolean; readonly value?: unknown; readonly values?: unknown }

const strings = (values: unknown): readonly string[] =>
  Array.isArray(values) ? values.filter(value => typeof value === 'string') : []

type Asking = { readonly acr_values?: unknown }
type Claims = { readonly id_token?: unknown }

const acrRequestIn = (claims: Claims | undefined): AcrRequest | undefined => {
  const asked = claims?.id_token as { readonly acr?: AcrRequest | null } | null | undefined
  return asked?.acr ?? undefined
}

const listsOf = (params: Asking, claims: Claims | undefined): readonly (readonly string[])[] => {
  const lists: (readonly string[])[] = []
  if (typeof params.acr_values === 'string' && params.acr_values !== '') lists.push(params.acr_values.split(' '))
  const asked = acrRequestIn(claims)
  if (asked?.essential && asked.value !== undefined) lists.push([String(asked.value)])
  if (asked?.essential && asked.values !== undefined) lists.push(strings(asked.values))
  return lists
}

/** Each list is an alternative; every list must be met. `acr_values` is held to, as FranceConnect does. */
export const askedAcrs = ({ oidc }: KoaContextWithOIDC): readonly (readonly string[])[] =>
  listsOf(oidc.params ?? {}, oidc.claims)

/** The same, from a request as it is kept: its claims were read and held to their form when it came in. */
export const acrsOf = (params: { readonly [name: string]: unknown }): readonly (readonly string[])[] =>
  listsOf(params, typeof params.claims === 'string' ? (JSON.parse(params.claims) as Claims) : undefined)

export const attainable = (lists: readonly (readonly string[])[], acrs: readonly string[]): boolean =>
  lists.every(list => list.some(acr => acrs.includes(acr)))

export const met = (lists: readonly (readonly string[])[], acr: string | undefined): boolean =>
  lists.every(list => acr !== undefined && list.includes(acr))
