/** The number of an account that stands: taken by one that had none, or given up. */
import type { AccountRecord, AccountStore } from '../../contracts.ts'
import { hasRoom, shown } from '../documents.ts'
import { updateOf } from './changes.ts'
import { type AccountDocument, accountOf, holds } from './documents.ts'
import type { AccountNeeds } from './needs.ts'

type Numbers = Pick<AccountStore, 'takeNumber' | 'giveUpNumber'>

export const makeNumbers = ({ accounts, holders, carriers, effects, ask, step }: AccountNeeds): Numbers => {
  const standing = async (id: string): Promise<AccountRecord | undefined> => {
    const found = await ask(() => accounts.findOne({ _id: id, ...shown }).lean<AccountDocument>())
    return found ? accountOf(found) : undefined
  }

  return {
    async takeNumber(id, version, nirKeys, change, given) {
      if (nirKeys.length === 0) throw new Error('a number without look-up key')
      const account = await standing(id)
      if (!account || !holds(account)) return 'gone'
      if (account.version !== version) return 'conflict'
      const claimed = await holders.claim(id, { nirKeys, identityKeys: [] })
      if (claimed.kind === 'held') return 'held'
      await step('number claimed')
      const effect = effects.of(given)
      const { modifiedCount } = await ask(() =>
        accounts.updateOne({ _id: id, version, ...shown, ...hasRoom }, updateOf({ ...change, nirKeys }, effect)),
      )
      if (modifiedCount === 1) {
        await effects.bring(carriers, id, effect)
        return 'taken'
      }
      await holders.release(claimed.taken)
      return (await standing(id)) ? 'conflict' : 'gone'
    },

    async giveUpNumber(id, version, change, given) {
      const account = await standing(id)
      if (!account || !holds(account)) return 'gone'
      if (account.version !== version) return 'conflict'
      const effect = effects.of(given, { releases: await holders.releasesOf(id, account.nirKeys) })
      const { modifiedCount } = await ask(() =>
        accounts.updateOne({ _id: id, version, ...shown, ...hasRoom }, updateOf({ ...change, nirKeys: [] }, effect)),
      )
      if (modifiedCount === 0) return (await standing(id)) ? 'conflict' : 'gone'
      await effects.bring(carriers, id, effect)
      return 'givenUp'
    },
  }
}
