import { type AccountRecord, type AccountStore, type LookupKey, StoreAway } from '../../contracts.ts'
import { born, shown } from '../documents.ts'
import { makeChange, updateOf } from './changes.ts'
import { type AccountDocument, accountOf, documentOf, heldBy, holderId, holds } from './documents.ts'
import { makeErase } from './erasing.ts'
import { makeIdentities } from './identities.ts'
import { makeImport } from './importing.ts'
import type { AccountNeeds } from './needs.ts'
import { makeNumbers } from './numbers.ts'
import { makeRekey } from './rekeying.ts'

const mostClaims = 100
const mostTries = 20

export const makeAccountStore = (needs: AccountNeeds): AccountStore => {
  const { accounts, holders, carriers, effects, ask, step } = needs

  const find = async (id: string): Promise<AccountRecord | undefined> => {
    // by the driver itself, at every request of a service about somebody: nothing is cast, and nothing made of it but the record
    const found = await ask(() => accounts.collection.findOne<AccountDocument>({ _id: id as never }))
    return found && !found.hidden ? accountOf(found) : undefined
  }

  /**
   * An active or suspended account. Asked as the first one from that id on, and read whole whoever it is, so that a number that
   * nobody holds takes as long: its look-up key is asked for, and leads to somebody's document.
   */
  const holderFrom = async (id: string): Promise<AccountRecord | undefined> => {
    const found = await ask(() =>
      accounts
        .findOne({ _id: { $gte: id } })
        .sort({ _id: 1 })
        .lean<AccountDocument>(),
    )
    const account = found ? accountOf(found) : undefined
    return account?.id === id && holds(account) ? account : undefined
  }

  const claimedBy = (nirKeys: readonly LookupKey[]) => ({ claims: { $in: nirKeys.map(holderId) } })

  return {
    async create(account, given) {
      if (account.status !== 'pending') throw new Error('an account begins as pending')
      const effect = effects.of(given)
      await ask(() => accounts.create([{ ...documentOf(account), ...born(effect) }]))
      await effects.bring(carriers, account.id, effect)
    },

    find,

    async findHolder(nirKeys) {
      const named = await holders.named(nirKeys)
      const [key] = nirKeys
      for (const id of named.length > 0 || !key ? named : [key.value]) {
        const holder = await holderFrom(id)
        // a claim that was cut short, or is about to be let go, names an account that has no number
        if (holder && holder.nirKeys.length > 0) return holder
      }
      return undefined
    },

    async findClaims(nirKeys) {
      const found = await ask(() =>
        accounts.find(claimedBy(nirKeys)).sort({ createdAt: -1 }).limit(mostClaims).lean<AccountDocument[]>(),
      )
      return found.map(accountOf)
    },

    countClaims: (nirKeys, bound) => ask(() => accounts.countDocuments(claimedBy(nirKeys), { limit: bound })),

    change: makeChange(needs),

    async activate(id, version, nirKeys, change, given) {
      if (nirKeys.length === 0) throw new Error('an activation without look-up key')
      const account = await find(id)
      if (!account) return 'gone'
      if (account.status === 'active') return 'alreadyActive'
      if (account.status !== 'pending' || account.version !== version) return 'conflict'
      const claimed = await holders.claim(id, { nirKeys, identityKeys: [] })
      if (claimed.kind === 'held') return 'held'
      await step('number claimed')
      const effect = effects.of(given)
      const { modifiedCount } = await ask(() =>
        accounts.updateOne(
          { _id: id, version, status: 'pending', ...shown },
          updateOf({ ...change, status: 'active', nirKeys, claims: undefined }, effect),
        ),
      )
      if (modifiedCount === 1) {
        await effects.bring(carriers, id, effect)
        return 'activated'
      }
      await holders.release(claimed.taken)
      const now = await find(id)
      if (!now) return 'gone'
      return now.status === 'active' ? 'alreadyActive' : 'conflict'
    },

    async releaseNumber(id, at, given, expectedVersion) {
      for (let tries = 1; tries <= mostTries; tries += 1) {
        const account = await find(id)
        if (!account || !holds(account)) return 'gone'
        if (account.version !== (expectedVersion ?? account.version)) return 'conflict'
        const effect = effects.of(given, { releases: await holders.releasesOf(id, heldBy(account)) })
        const { modifiedCount } = await ask(() =>
          accounts.updateOne(
            { _id: id, version: account.version, ...shown },
            updateOf({ status: 'closed', validAfter: at }, effect),
          ),
        )
        if (modifiedCount === 0) continue
        await effects.bring(carriers, id, effect)
        return 'released'
      }
      throw new StoreAway('an account changes too often to be closed')
    },

    async walk(after, limit) {
      const found = await ask(() =>
        accounts
          .find({ _id: { $gt: after ?? '' }, ...shown })
          .sort({ _id: 1 })
          .limit(limit)
          .lean<AccountDocument[]>(),
      )
      return found.map(accountOf)
    },

    async count() {
      const [all, hidden] = await Promise.all([
        ask(() => accounts.countDocuments({}, { hint: '_id_' })),
        ask(() => accounts.countDocuments({ hiddenAt: { $exists: true } })),
      ])
      return all - hidden
    },

    import: makeImport(needs),
    ...makeIdentities(needs),
    ...makeNumbers(needs),
    rekey: makeRekey(needs),
    ...makeErase(needs),
  }
}
