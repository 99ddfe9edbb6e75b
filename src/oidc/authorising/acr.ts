/** What levels of assurance a request asks for, and which can be had. */
import type { KoaContextWithOIDC } from 'oidc-provider'

export const ACRS: readonly string[] = ['eidas1']

type AcrRequest = { readonly essential?: boolean; readonly value?: unknown; readonly values?: unknown }

const strings = (values: unknown): readonly string[] =>
  Array.isArray(values) ? values.filter(value => typeof value === 'string') : []

/** Each list is an alternative; every list must be met. `acr_values` is held to, as FranceConnect does. */
export const askedAcrs = (ctx: KoaContextWithOIDC): readonly (readonly string[])[] => {
  const { params, claims } = ctx.oidc
  const lists: (readonly string[])[] = []
  if (typeof params?.acr_values === 'string' && params.acr_values !== '') lists.push(params.acr_values.split(' '))
  const asked = claims?.id_token?.acr as AcrRequest | null | undefined
  if (asked?.essential && asked.value !== undefined) lists.push([String(asked.value)])
  if (asked?.essential && asked.values !== undefined) lists.push(strings(asked.values))
  return lists
}

export const attainable = (lists: readonly (readonly string[])[]): boolean =>
  lists.every(list => list.some(acr => ACRS.includes(acr)))

export const met = (lists: readonly (readonly string[])[], acr: string | undefined): boolean =>
  lists.every(list => acr !== undefined && list.includes(acr))
