import type { Context } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import type { AcceptedTerms, Language } from '../../stores/contracts.ts'

/** The version and hash of the terms that a page links to, in its language: kept as proof when they are accepted. */
export type TermsShown = (ctx: Context) => Omit<AcceptedTerms, 'acceptedAt'>

export const makeTermsShown =
  (terms: { readonly [language in Language]: { readonly version: string; readonly hash: string } }): TermsShown =>
  ctx => {
    const { version, hash } = terms[ambientOf(ctx.req).language]
    return { version, hash }
  }
