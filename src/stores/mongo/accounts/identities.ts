/** Identities of upstream providers: an account opened with one, one linked to an account that stands, or let go. */
import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type AccountRecord, type AccountStore, type LookupKey, StoreAway } from '../../contracts.ts'
import { isDuplicate } from '../away.ts'
import { hasRoom, shown } from '../documents.ts'
import { updateOf } from './changes.ts'
import { type AccountDocument, accountOf, documentOf, holderId, holds } from './documents.ts'
import { identityAbandonedAfter } from './holders.ts'
import type { AccountNeeds } from './needs.ts'
import { stagedOf } from './staging.ts'

const longestMs = 5_000
const mostVersions = 2 ** 47
const longestPause = 40

const without = (keys: readonly LookupKey[], left: readonly LookupKey[]): readonly LookupKey[] => {
  const gone = new Set(left.map(holderId))
  return keys.filter(key => !gone.has(holderId(key)))
}

type Identities = Pick<AccountStore, 'findByIdentity' | 'open' | 'link' | 'unlink'>

export const makeIdentities = ({
  accounts,
  holders,
  carriers,
  effects,
  ask,
  clock,
  step,
}: AccountNeeds): Identities => {
  const standing = async (id: string): Promise<AccountRecord | undefined> => {
    const found = await ask(() => accounts.findOne({ _id: id, ...shown }).lean<AccountDocument>())
    return found ? accountOf(found) : undefined
  }

  const findByIdentity: Identities['findByIdentity'] = async keys => {
    const wanted = new Set(keys.map(holderId))
    for (const id of await holders.named(keys)) {
      const account = await standing(id)
      // a claim that was cut short names an account which does not have it
      if (account && holds(account) && account.identityKeys.some(key => wanted.has(holderId(key)))) return account
    }
    return undefined
  }

  /**
   * As a document that nobody sees, until its identity and its number are claimed. Gives its version, undefined when it is there:
   * none that a former try of that id may have read, for a step of that one may come after its document was refused and deleted.
   */
  const stage = async (account: AccountRecord): Promise<number | undefined> => {
    const version = randomInt(1, mostVersions)
    try {
      await ask(() => accounts.create([{ ...stagedOf(account, clock()), version }]))
      return version
    } catch (fault) {
      if (!isDuplicate(fault)) throw fault
    }
    // left by a try that was cut short, or stopped for another one that was: one that goes on is waited for
    const abandoned = new Date(clock().getTime() - identityAbandonedAfter)
    const left = await ask(() =>
      accounts
        .findOneAndUpdate(
          {
            _id: account.id,
            status: 'pending',
            hidden: { $in: ['importing', 'erased'] },
            hiddenAt: { $lte: abandoned },
          },
          { $inc: { version: 1 }, $set: { hidden: 'importing', hiddenAt: clock() } },
          { returnDocument: 'after' },
        )
        .lean<AccountDocument>(),
    )
    return left?.version
  }

  const openOnce: (
    ...args: Parameters<Identities['open']>
  ) => Promise<Awaited<ReturnType<Identities['open']>> | 'again'> = async (account, given) => {
    const version = await stage(account)
    if (version === undefined) {
      if (await standing(account.id)) return 'exists'
      // stopped for the same person's next try, which has come through
      const holder = await findByIdentity(account.identityKeys)
      if (!holder) return 'again'
      return holder.id === account.id ? 'exists' : 'identityHeld'
    }
    await step('account staged')
    const staged = { _id: account.id, hidden: 'importing', version } as const
    const claimed = await holders.claim(account.id, account)
    if (claimed.kind === 'held') {
      await ask(() => accounts.deleteOne(staged))
      return claimed.what === 'identity' ? 'identityHeld' : 'numberHeld'
    }
    await step('number claimed')
    const effect = effects.of(given)
    const document = { ...documentOf(account), ...(effect && { pending: [effect] }) }
    const { modifiedCount } = await ask(() => accounts.replaceOne(staged, document))
    if (modifiedCount === 0) {
      await holders.release(claimed.taken)
      return 'again'
    }
    await effects.bring(carriers, account.id, effect)
    return 'opened'
  }

  return {
    findByIdentity,

    async open(account, given) {
      if (account.status !== 'active') throw new Error('an account is opened as active')
      const until = performance.now() + longestMs
      while (performance.now() < until) {
        const opened = await openOnce(account, given)
        if (opened !== 'again') return opened
        await wait((0.5 + Math.random()) * longestPause)
      }
      throw new StoreAway('an account is opened by too many at once')
    },

    async link(id, version, keys, change, given, instead = []) {
      const account = await standing(id)
      if (!account || !holds(account)) return 'gone'
      if (account.version !== version) return 'conflict'
      const claimed = await holders.claim(id, { nirKeys: [], identityKeys: keys })
      if (claimed.kind === 'held') return 'held'
      await step('identity claimed')
      const left = without(instead, keys)
      const effect = effects.of(given, left.length > 0 ? { releases: await holders.releasesOf(id, left) } : {})
      const identityKeys = [...without(account.identityKeys, [...left, ...keys]), ...keys]
      const { modifiedCount } = await ask(() =>
        accounts.updateOne({ _id: id, version, ...shown, ...hasRoom }, updateOf({ ...change, identityKeys }, effect)),
      )
      if (modifiedCount === 1) {
        await effects.bring(carriers, id, effect)
        return 'linked'
      }
      await holders.release(claimed.taken)
      return (await standing(id)) ? 'conflict' : 'gone'
    },

    async unlink(id, version, keys, change, given) {
      const account = await standing(id)
      if (!account || !holds(account)) return 'gone'
      if (account.version !== version) return 'conflict'
      const effect = effects.of(given, { releases: await holders.releasesOf(id, keys) })
      const { modifiedCount } = await ask(() =>
        accounts.updateOne(
          { _id: id, version, ...shown, ...hasRoom },
          updateOf({ ...change, identityKeys: without(account.identityKeys, keys) }, effect),
        ),
      )
      if (modifiedCount === 0) return (await standing(id)) ? 'conflict' : 'gone'
      await effects.bring(carriers, id, effect)
      return 'unlinked'
    },
  }
}
