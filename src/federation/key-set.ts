import type { CustomFetch } from 'openid-client'
import { UpstreamAway } from './fetching.ts'

/** The keys that an upstream publishes to be verified by. */
export type KeySet = {
  /** Its answer: asked lazily, one flight at a time, and kept for an hour. */
  readonly fetch: CustomFetch
  /** What is known verified nothing: the next one who asks gets fresh keys. */
  renew(): void
}

const KEPT_MS = 3_600_000
/** Keys that cannot be had are not asked for at each sign-in. */
const AWAY_MS = 5_000

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

export const makeKeySet = ({ fetch, clock }: { readonly fetch: CustomFetch; readonly clock: () => Date }): KeySet => {
  type Known = { readonly keys: string } | { readonly away: UpstreamAway }
  let known: { readonly answer: Known; readonly until: number } | undefined
  let flight: Promise<Known> | undefined

  const ask = async (...asked: Parameters<CustomFetch>): Promise<Known> => {
    try {
      const keys = await checked(await fetch(...asked))
      return keys === undefined ? { away: new UpstreamAway('keys') } : { keys }
    } catch (fault) {
      if (fault instanceof UpstreamAway) return { away: fault }
      throw fault
    }
  }

  const refresh = async (...asked: Parameters<CustomFetch>): Promise<Known> => {
    try {
      const answer = await ask(...asked)
      known = { answer, until: clock().getTime() + ('keys' in answer ? KEPT_MS : AWAY_MS) }
      return answer
    } finally {
      flight = undefined
    }
  }

  const current = (...asked: Parameters<CustomFetch>): Promise<Known> => {
    if (known && clock().getTime() < known.until) return Promise.resolve(known.answer)
    flight ??= refresh(...asked)
    return flight
  }

  return {
    fetch: async (...asked) => {
      const answer = await current(...asked)
      if ('away' in answer) throw answer.away
      return new Response(answer.keys, { headers: { 'content-type': 'application/json' } })
    },
    renew: () => {
      if (known && 'keys' in known.answer) known = undefined
    },
  }
}
