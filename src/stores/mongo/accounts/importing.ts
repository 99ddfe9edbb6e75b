/** Accounts of another store: many at once, and one by one those that meet something on the way. */
import { randomBytes } from 'node:crypto'
import type { AccountRecord, AccountStore } from '../../contracts.ts'
import { insertAll } from '../bulk.ts'
import { type AccountDocument, documentOf, holds } from './documents.ts'
import { type Imported, makeImportOne } from './importing-one.ts'
import type { AccountNeeds } from './needs.ts'
import { several } from './several.ts'
import { stagedOf } from './staging.ts'

type Placed = { readonly place: number; readonly account: AccountRecord }

export const makeImport = (needs: AccountNeeds): AccountStore['import'] => {
  const { accounts, holders, ask, clock, step } = needs
  const importOne = makeImportOne(needs)

  const but = (all: readonly Placed[], places: ReadonlySet<number>) => all.filter((_, i) => !places.has(i))

  /** Those that were there not yet: each with its number claimed under every key, and then as it is. */
  const importHolders = async (all: readonly Placed[]): Promise<readonly Placed[]> => {
    const there = await insertAll(
      accounts,
      ask,
      all.map(({ account }) => stagedOf(account, clock())),
    )
    const staged = but(all, there)
    await step('account staged')
    const claimed = await holders.claimFree(
      staged.map(({ account }) => account),
      randomBytes(16).toString('base64url'),
    )
    const claiming = staged.filter(({ account }) => claimed.has(account.id))
    if (claiming.length === 0) return []
    await step('number claimed')
    await ask(() =>
      accounts.collection.bulkWrite(
        claiming.map(({ account: { id, version }, account }) => ({
          replaceOne: {
            filter: { _id: id as never, hidden: 'importing', version },
            replacement: documentOf(account) as object,
          },
        })),
        { ordered: false },
      ),
    )
    const ids = claiming.map(({ account }) => account.id)
    const left = await ask(() => accounts.find({ _id: { $in: ids }, hidden: { $exists: true } }, { _id: 1 }).lean())
    const notYet = new Set(left.map(({ _id }) => _id))
    return claiming.filter(({ account }) => !notYet.has(account.id))
  }

  const importOthers = async (all: readonly Placed[]): Promise<readonly Placed[]> => {
    const documents: readonly AccountDocument[] = all.map(({ account }) => documentOf(account))
    return but(all, await insertAll(accounts, ask, documents))
  }

  return async all => {
    const placed = all.map((account, place) => ({ account, place }))
    const done = [
      ...(await importHolders(placed.filter(({ account }) => holds(account)))),
      ...(await importOthers(placed.filter(({ account }) => !holds(account)))),
    ]
    const outcomes = new Map<number, Imported>(done.map(({ place }) => [place, 'imported']))
    const rest = placed.filter(({ place }) => !outcomes.has(place))
    const outcomesOfRest = await several(rest, ({ account }) => importOne(account))
    rest.forEach(({ place }, i) => {
      outcomes.set(place, outcomesOfRest[i] ?? 'known')
    })
    return placed.map(({ place }) => outcomes.get(place) ?? 'known')
  }
}
