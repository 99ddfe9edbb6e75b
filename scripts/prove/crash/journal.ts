/** What people were told is done: kept by whoever watches them, and held against the store afterwards. */
import type { Ledger } from './ledger.ts'

type Told =
  | { readonly kind: 'signedUp'; readonly nir: string }
  | { readonly kind: 'activated'; readonly nir: string }
  | { readonly kind: 'passwordChanged'; readonly nir: string }
  | { readonly kind: 'signedIn'; readonly nir: string }
  | { readonly kind: 'consented'; readonly nir: string; readonly serviceId: string }
  | { readonly kind: 'signedOut'; readonly nir: string }

type Consents = { find(accountId: string, serviceId: string): Promise<unknown> }

/** What a process leaves is swept once it is 30 s old, each minute; the sweep takes its time beside people and deaths. */
export const SWEPT_WITHIN_MS = 120_000

/**
 * `patienceMs`: how long what was acknowledged may lie in its act's own document before it is where it belongs: a store without
 * transactions over several documents has a sweep bring what a process that died left there.
 */
export const makeJournal = (ledger: Ledger, consents: Consents, patienceMs = 0) => {
  const told: Told[] = []
  const missing = new Map<Told, number>()
  let checked = 0
  let longest = 0
  let came = 0

  /** What is lost of it; undefined when it lies there, with its event. */
  const lossOf = async (entry: Told): Promise<string | undefined> => {
    const holder = await ledger.holder(entry.nir)
    if (entry.kind === 'signedUp') {
      const claims = holder ? [] : await ledger.claims(entry.nir)
      // activated between the two reads: it claims no more
      const late = holder ?? (claims.length === 0 ? await ledger.holder(entry.nir) : undefined)
      const accounts = late ? [late] : claims
      if (accounts.length === 0) return 'a sign-up is lost'
      for (const { id } of accounts) if (await ledger.has('signUp.requested', id)) return undefined
      return 'its event is lost: signUp.requested'
    }
    if (holder?.status !== 'active') return 'an activation is lost'
    const eventOf = { activated: 'activation.done', signedIn: 'signIn.succeeded', signedOut: 'session.ended' } as const
    switch (entry.kind) {
      case 'passwordChanged': {
        if (!holder.passwordChangedAt) return 'a password change is lost'
        return (await ledger.has('password.changed', holder.id)) ? undefined : 'its event is lost: password.changed'
      }
      case 'consented': {
        if (!(await consents.find(holder.id, entry.serviceId))) return 'a consent is lost'
        return (await ledger.has('consent.given', holder.id)) ? undefined : 'its event is lost: consent.given'
      }
      default: {
        const event = eventOf[entry.kind]
        return (await ledger.has(event, holder.id)) ? undefined : `its event is lost: ${event}`
      }
    }
  }

  const lossesOf = async (entries: readonly Told[]): Promise<ReadonlyMap<Told, string>> => {
    const losses = new Map<Told, string>()
    for (const entry of entries) {
      const loss = await lossOf(entry)
      if (loss) losses.set(entry, loss)
    }
    return losses
  }

  /** Those told since the last look, and those that were still to come then. Gives those that have been for too long. */
  const look = async (): Promise<readonly string[]> => {
    const until = told.length
    const former = [...missing.keys()]
    const fresh = told.slice(checked, until)
    checked = until
    const losses = await lossesOf([...former, ...fresh])
    const now = performance.now()
    for (const entry of former) {
      if (losses.has(entry)) continue
      longest = Math.max(longest, now - (missing.get(entry) ?? now))
      missing.delete(entry)
    }
    for (const entry of losses.keys()) if (!missing.has(entry)) missing.set(entry, now)
    came = Math.max(came, missing.size)
    const overdue = [...losses].filter(([entry]) => now - (missing.get(entry) ?? now) >= patienceMs)
    for (const [entry] of overdue) missing.delete(entry)
    return overdue.map(([, loss]) => loss)
  }

  return {
    tell: (entry: Told): void => void told.push(entry),
    count: (kind: Told['kind']): number => told.filter(entry => entry.kind === kind).length,
    size: (): number => told.length,
    /** Those told since the last look. */
    lossesSince: look,
    losses: async (): Promise<readonly string[]> => [...(await lossesOf(told)).values()],
    /** Of those that came later: the most at one look, and the longest that one took, in ms. */
    late: () => ({ most: came, longestMs: longest }),
  }
}

export type Journal = ReturnType<typeof makeJournal>
