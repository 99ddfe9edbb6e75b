import type { CustomFetch } from 'openid-client'
import { UpstreamAway } from './fetching.ts'
import { makeLazily } from './lazily.ts'

/** The keys that an upstream publishes to be verified by. */
export type KeySet = {
  /** Its answer: asked lazily, one flight at a time, and kept for an hour. */
  readonly fetch: CustomFetch
  /** What is known verified nothing: the next one who asks gets fresh keys. */
  renew(): void
}

/** Undefined when it holds no keys. */
const checked = async (answer: Response): Promise<string | undefined> => {
  if (answer.status !== 200) return undefined
  const text = await answer.text()
  try {
    return Array.isArray((JSON.parse(text) as { readonly keys?: unknown } | null)?.keys) ? text : undefined
  } catch {
    return undefined
  }
}

type Known = { readonly keys: string } | { readonly away: UpstreamAway }

export const makeKeySet = ({ fetch, clock }: { readonly fetch: CustomFetch; readonly clock: () => Date }): KeySet => {
  const ask = async (...asked: Parameters<CustomFetch>): Promise<Known> => {
    try {
      const keys = await checked(await fetch(...asked))
      return keys === undefined ? { away: new UpstreamAway('keys') } : { keys }
    } catch (fault) {
      if (fault instanceof UpstreamAway) return { away: fault }
      throw fault
    }
  }

  const known = makeLazily({ ask, isGood: answer => 'keys' in answer, clock })

  return {
    fetch: async (...asked) => {
      const answer = await known.get(...asked)
      if ('away' in answer) throw answer.away
      return new Response(answer.keys, { headers: { 'content-type': 'application/json' } })
    },
    renew: known.renew,
  }
}
