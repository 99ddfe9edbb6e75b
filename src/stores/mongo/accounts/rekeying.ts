import type { AccountStore, LookupKey, Rekeyed } from '../../contracts.ts'
import { hasRoom, shown } from '../documents.ts'
import { updateOf } from './changes.ts'
import { type AccountDocument, claimsOf, heldBy, holderId, holds } from './documents.ts'
import type { Claimed } from './holders.ts'
import type { AccountNeeds } from './needs.ts'
import { several } from './several.ts'

export const makeRekey = ({ accounts, holders, carriers, effects, ask, step }: AccountNeeds): AccountStore['rekey'] => {
  const lettingGo = async (account: AccountDocument, kept: readonly LookupKey[]) => {
    const keeps = new Set(kept.map(holderId))
    const left = heldBy(account).filter(key => !keeps.has(holderId(key)))
    return left.length > 0 ? { releases: await holders.releasesOf(account._id, left) } : {}
  }

  /** Takes the new keys, then says so in the account, and only then lets go of those that it no longer has. */
  const rekeyOne = async ({ id, version, ...keyed }: Rekeyed): Promise<'changed' | 'conflict' | 'gone' | 'held'> => {
    const account = await ask(() => accounts.findOne({ _id: id }).lean<AccountDocument>())
    if (!account || account.hidden) return 'gone'
    if (account.version !== version) return 'conflict'
    const claimed: Claimed = holds(account) ? await holders.claim(id, keyed) : { kind: 'claimed', taken: [] }
    if (claimed.kind === 'held') return 'held'
    await step('number claimed')
    const effect = effects.of({}, holds(account) ? await lettingGo(account, heldBy(keyed)) : {})
    const { modifiedCount } = await ask(() =>
      accounts.updateOne(
        { _id: id, version, ...shown, ...hasRoom },
        updateOf({ ...keyed, ...claimsOf({ ...account, ...keyed }) }, effect),
      ),
    )
    if (modifiedCount === 1) {
      await effects.bring(carriers, id, effect)
      return 'changed'
    }
    await holders.release(claimed.taken)
    return 'conflict'
  }

  return all => several(all, rekeyOne)
}
