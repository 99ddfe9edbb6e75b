import { samePivotIdentity } from '../../identity/pivot-identity.ts'
import type { Envelope, Lookup } from '../../protection/vault.ts'
import type { AccountId, AccountStore } from '../../stores/contracts.ts'
import { openPerson } from '../person.ts'
import type { Arrival } from './arrival.ts'
import type { makeLinkIdentity } from './link.ts'

export type IsThemselfNeeds = {
  readonly accounts: Pick<AccountStore, 'find' | 'findByIdentity'>
  readonly envelope: Envelope
  readonly lookup: Lookup
  readonly linkIdentity: ReturnType<typeof makeLinkIdentity>
}

/**
 * Whether the one vouched for is who is signed in: the identity is the account's, or has exactly its verified civil status, and
 * is then linked to it. Nobody changes account by showing again who they are.
 */
export const makeIsThemself =
  ({ accounts, envelope, lookup, linkIdentity }: IsThemselfNeeds) =>
  async (accountId: AccountId, arrival: Arrival, request: string): Promise<boolean> => {
    const holder = await accounts.findByIdentity(lookup.identity(arrival.issuer, arrival.sub))
    if (holder) return holder.id === accountId
    const account = await accounts.find(accountId)
    const verified = account && (await openPerson(envelope, account)).verified
    if (!verified || !samePivotIdentity(verified.identity, arrival.identity)) return false
    return (await linkIdentity({ accountId, arrival, request })).kind === 'linked'
  }
