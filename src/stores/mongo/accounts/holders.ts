/**
 * Who holds a number or an identity. A holder's document only says who may: the account it names does while it is active or
 * suspended, and has a number, or names the identity. Its steps are the same on every topology, and none needs another one's
 * transaction:
 * every key is claimed, the oldest first; then the account becomes active by a compare-and-set on its version.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Model } from 'mongoose'
import { type LookupKey, StoreAway } from '../../contracts.ts'
import { type Ask, isDuplicate } from '../away.ts'
import { insertAll } from '../bulk.ts'
import { type Release, schemaVersion } from '../documents.ts'
import type { Step } from '../steps.ts'
import { type AccountDocument, type HolderDocument, heldBy, holderId, holds } from './documents.ts'

export type Claimed =
  /** `taken`: what this try took, to be given back when the account does not come to hold it. */
  | { readonly kind: 'claimed'; readonly taken: readonly Release[] }
  /** By another account: its number, or an identity, which are claimed first. */
  | { readonly kind: 'held'; readonly what: 'number' | 'identity' }

export type Keys = { readonly nirKeys: readonly LookupKey[]; readonly identityKeys: readonly LookupKey[] }
export type Claimant = Keys & { readonly id: string }

export type Holders = {
  /**
   * Claims identities, then a number, for an account whose version was read before. 'held': another account holds it, and what
   * this try took was given back. Another one's claim on a number is waited for, then StoreAway; after 15 minutes it is taken
   * over. One on an identity is taken over in a moment: whoever claims it has just proven that it is theirs.
   */
  claim(accountId: string, keys: Keys): Promise<Claimed>
  /**
   * Claims the numbers of many accounts as far as nobody has a claim on them, the oldest keys first; gives the accounts that got
   * every key, and gives back what the others took.
   */
  claimFree(accounts: readonly Claimant[], claim: string): Promise<ReadonlySet<string>>
  release(releases: readonly Release[]): Promise<void>
  /** Ids of accounts that may hold it. */
  named(keys: readonly LookupKey[]): Promise<readonly string[]>
  /** What an account has under these keys, as it stands. */
  releasesOf(accountId: string, keys: readonly LookupKey[]): Promise<readonly Release[]>
}

type HolderNeeds = {
  readonly holders: Model<HolderDocument>
  readonly accounts: Model<AccountDocument>
  readonly ask: Ask
  readonly clock: () => Date
  readonly patience: number
  readonly step: Step
}

const abandonedAfter = 15 * 60_000
/** Whoever claims an identity has just proven it: they wait for their own former try no longer than it takes. */
export const identityAbandonedAfter = 2_000
const longestPause = 40

const isGoing = ({ hidden }: AccountDocument): boolean => hidden === 'erased' || hidden === 'purging'

type Taking = {
  readonly accountId: string
  readonly claim: string
  readonly until: number
  readonly what: 'number' | 'identity'
}
type Tried = 'taken' | 'own' | 'held' | 'again'

export const makeHolders = ({ holders, accounts, ask, clock, patience, step }: HolderNeeds): Holders => {
  const documentFor = (holder: string, { accountId, claim }: Pick<Taking, 'accountId' | 'claim'>): HolderDocument => ({
    _id: holder,
    schemaVersion,
    accountId,
    claim,
    at: clock(),
  })

  const insert = async (holder: string, taking: Taking): Promise<boolean> => {
    try {
      await ask(() => holders.create([documentFor(holder, taking)]))
      return true
    } catch (fault) {
      if (isDuplicate(fault)) return false
      throw fault
    }
  }

  /** Compare-and-set on the claim that was seen. */
  const replace = async (seen: HolderDocument, { accountId, claim }: Taking): Promise<boolean> => {
    const { modifiedCount } = await ask(() =>
      holders.updateOne({ _id: seen._id, claim: seen.claim }, { $set: { accountId, claim, at: clock() } }),
    )
    return modifiedCount === 1
  }

  /**
   * Whether nothing can come of the former claim. Its account is given a new version after the claim was seen, and before it is
   * replaced: an activation that made the claim finds itself too late.
   */
  const isStopped = async (
    { _id, accountId, at }: HolderDocument,
    what: Taking['what'],
  ): Promise<'stopped' | 'held' | 'again'> => {
    const former = await ask(() => accounts.findOne({ _id: accountId }).lean<AccountDocument>())
    if (!former || former.status === 'closed' || isGoing(former)) return 'stopped'
    if (what === 'identity') return stopForIdentity(_id, at, former)
    // one that stands without a number is coming to take this one, or has just given it up
    if (holds(former) && former.nirKeys.length > 0) return 'held'
    if (clock().getTime() - at.getTime() < abandonedAfter) return 'again'
    const { status, version } = former
    const { modifiedCount } = await ask(() =>
      accounts.updateOne({ _id: accountId, status, version }, { $inc: { version: 1 } }),
    )
    if (modifiedCount === 0) return 'again'
    await step('former claimant stopped')
    return 'stopped'
  }

  /**
   * An account that stands has the identities that it names. One that was being linked to it, or opened with it, comes too late:
   * a person claims an identity once they have proven it, and this is that person again.
   */
  const stopForIdentity = async (
    holder: string,
    at: Date,
    { _id, version, hidden, identityKeys = [], ...former }: AccountDocument,
  ): Promise<'stopped' | 'held' | 'again'> => {
    if (holds(former) && identityKeys.some(key => holderId(key) === holder)) return 'held'
    if (clock().getTime() - at.getTime() < identityAbandonedAfter) return 'again'
    const { modifiedCount } = await ask(() =>
      accounts.updateOne(
        { _id, version },
        { $inc: { version: 1 }, ...(hidden === 'importing' && { $set: { hidden: 'erased', hiddenAt: clock() } }) },
      ),
    )
    if (modifiedCount === 0) return 'again'
    await step('former claimant stopped')
    return 'stopped'
  }

  const tryOne = async (holder: string, taking: Taking): Promise<Tried> => {
    const seen = await ask(() => holders.findOne({ _id: holder }).lean<HolderDocument>())
    if (!seen) return (await insert(holder, taking)) ? 'taken' : 'again'
    // another try of the same account may have it: whichever comes last owns it, and gives back nothing that is not its own
    if (seen.accountId === taking.accountId) return (await replace(seen, taking)) ? 'own' : 'again'
    const former = await isStopped(seen, taking.what)
    if (former !== 'stopped') return former
    return (await replace(seen, taking)) ? 'taken' : 'again'
  }

  const take = async (holder: string, taking: Taking): Promise<'taken' | 'own' | 'held'> => {
    for (let tries = 1; ; tries += 1) {
      const tried = await tryOne(holder, taking)
      if (tried !== 'again') return tried
      if (performance.now() > taking.until) throw new StoreAway('a number is being claimed by another account')
      await wait((0.5 + Math.random()) * Math.min(longestPause, 2 * tries))
    }
  }

  const release = async (releases: readonly Release[]): Promise<void> => {
    for (const { holder, claim } of releases) await ask(() => holders.deleteOne({ _id: holder, claim }))
  }

  const find = (keys: readonly LookupKey[]) =>
    ask(() => holders.find({ _id: { $in: keys.map(holderId) } }).lean<HolderDocument[]>())

  return {
    async claim(accountId, { nirKeys, identityKeys }) {
      const claim = randomBytes(16).toString('base64url')
      const until = performance.now() + patience
      const wanted = [
        ...identityKeys.map(key => ({ key, what: 'identity' as const })),
        ...nirKeys.map(key => ({ key, what: 'number' as const })),
      ]
      const taken: Release[] = []
      for (const { key, what } of wanted) {
        const holder = holderId(key)
        const outcome = await take(holder, { accountId, claim, until, what })
        if (outcome === 'taken') taken.push({ holder, claim })
        if (outcome !== 'held') continue
        await release(taken)
        return { kind: 'held', what }
      }
      return { kind: 'claimed', taken }
    },

    async claimFree(claimants, claim) {
      const got = new Map(claimants.map(({ id }) => [id, [] as string[]]))
      const failed = new Set<string>()
      const keysOf = new Map(claimants.map(claimant => [claimant.id, heldBy(claimant)]))
      const longest = Math.max(0, ...[...keysOf.values()].map(keys => keys.length))
      for (let nth = 0; nth < longest; nth += 1) {
        const round = claimants.flatMap(({ id }) => {
          const key = keysOf.get(id)?.[nth]
          return key && !failed.has(id) ? [{ id, holder: holderId(key) }] : []
        })
        const documents = round.map(({ id, holder }) => documentFor(holder, { accountId: id, claim }))
        const there = await insertAll(holders, ask, documents)
        round.forEach(({ id, holder }, i) => {
          if (there.has(i)) failed.add(id)
          else got.get(id)?.push(holder)
        })
      }
      await release([...failed].flatMap(id => (got.get(id) ?? []).map(holder => ({ holder, claim }))))
      return new Set(claimants.map(({ id }) => id).filter(id => !failed.has(id)))
    },

    release,

    async named(keys) {
      return [...new Set((await find(keys)).map(({ accountId }) => accountId))]
    },

    async releasesOf(accountId, keys) {
      const found = await find(keys)
      return found.filter(holder => holder.accountId === accountId).map(({ _id, claim }) => ({ holder: _id, claim }))
    },
  }
}
