import { type AccountRecord, StoreAway } from '../../contracts.ts'
import { isDuplicate } from '../away.ts'
import { type AccountDocument, documentOf, holds } from './documents.ts'
import type { AccountNeeds } from './needs.ts'
import { stagedOf } from './staging.ts'

export type Imported = 'imported' | 'known' | 'held'

export const makeImportOne = ({ accounts, holders, ask, clock, step }: AccountNeeds) => {
  const insert = async (document: AccountDocument): Promise<boolean> => {
    try {
      await ask(() => accounts.create([document]))
      return true
    } catch (fault) {
      if (isDuplicate(fault)) return false
      throw fault
    }
  }

  /** Gives the version of the staged document; undefined when the account is there already. */
  const stage = async (account: AccountRecord): Promise<number | undefined> => {
    if (await insert(stagedOf(account, clock()))) return account.version
    const left = await ask(() => accounts.findOne({ _id: account.id, hidden: 'importing' }).lean<AccountDocument>())
    return left?.version
  }

  const importHolder = async (account: AccountRecord): Promise<Imported> => {
    const version = await stage(account)
    if (version === undefined) return 'known'
    await step('account staged')
    const staged = { _id: account.id, hidden: 'importing', version } as const
    const claimed = await holders.claim(account.id, account)
    if (claimed.kind === 'held') {
      await ask(() => accounts.deleteOne(staged))
      return 'held'
    }
    await step('number claimed')
    const { modifiedCount } = await ask(() => accounts.replaceOne(staged, documentOf(account)))
    if (modifiedCount === 1) return 'imported'
    await holders.release(claimed.taken)
    throw new StoreAway('an account was brought in by two at once: bring it in again')
  }

  return async (account: AccountRecord): Promise<Imported> => {
    if (holds(account)) return importHolder(account)
    const document = documentOf(account)
    if (await insert(document)) return 'imported'
    const left = await ask(() => accounts.replaceOne({ _id: account.id, hidden: 'importing' }, document))
    return left.modifiedCount === 1 ? 'imported' : 'known'
  }
}
