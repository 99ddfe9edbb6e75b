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

export const makeJournal = (ledger: Ledger, consents: Consents) => {
  const told: Told[] = []
  let checked = 0

  /** What is lost of it; undefined when it lies there, with its event. */
  const lossOf = async (entry: Told): Promise<string | undefined> => {
    const holder = await ledger.holder(entry.nir)
    if (entry.kind === 'signedUp') {
      const accounts = holder ? [holder] : await ledger.claims(entry.nir)
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

  const check = async (from: number): Promise<readonly string[]> => {
    const until = told.length
    const losses: string[] = []
    for (const entry of told.slice(from, until)) {
      const loss = await lossOf(entry)
      if (loss) losses.push(loss)
    }
    checked = until
    return losses
  }

  return {
    tell: (entry: Told): void => void told.push(entry),
    count: (kind: Told['kind']): number => told.filter(entry => entry.kind === kind).length,
    size: (): number => told.length,
    /** Those told since the last look. */
    lossesSince: (): Promise<readonly string[]> => check(checked),
    losses: (): Promise<readonly string[]> => check(0),
  }
}

export type Journal = ReturnType<typeof makeJournal>
