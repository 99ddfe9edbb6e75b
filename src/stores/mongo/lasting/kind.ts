import type { Model, QueryFilter } from 'mongoose'
import type { LastingKind } from '../../contracts-lasting.ts'
import type { Ask } from '../away.ts'
import { insertAll } from '../bulk.ts'

type Identified = { readonly _id: string }

export type KindNeeds<D extends Identified, Item> = {
  readonly model: Model<D>
  readonly ask: Ask
  readonly idOf: (item: Item) => string
  readonly itemOf: (document: D) => Item
  /** Those of its documents that are such a thing. */
  readonly which: QueryFilter<D>
  /** How many of its documents are not: each is in an index, all of them together are not. */
  readonly others: () => Promise<number>
  readonly put: (items: readonly Item[]) => Promise<unknown>
}

/** A collection read by its ids. */
export const makeKind = <D extends Identified, Item>(needs: KindNeeds<D, Item>): LastingKind<Item> => {
  const { model, ask, idOf, itemOf, which, others, put } = needs

  const found = (ids: object, limit: number): Promise<readonly D[]> =>
    ask(() =>
      model
        .find({ ...which, _id: ids } as QueryFilter<D>)
        .sort({ _id: 1 })
        .limit(limit)
        .lean<D[]>(),
    )

  return {
    async count() {
      const all = await ask(() => model.countDocuments({}, { hint: '_id_' }))
      return all - (await others())
    },

    page: async (after, limit) => (await found({ $gt: after === undefined ? '' : idOf(after) }, limit)).map(itemOf),

    async find(like) {
      const documents = await found({ $in: like.map(idOf) }, like.length)
      const known = new Map(documents.map(document => [document._id, itemOf(document)]))
      return like.map(item => known.get(idOf(item)))
    },

    async put(items) {
      await put(items)
    },
  }
}

/** Puts one document for each. */
export const inserting =
  <D, Item>(model: Model<D>, ask: Ask, documentOf: (item: Item) => D) =>
  (items: readonly Item[]): Promise<unknown> =>
    insertAll(model, ask, items.map(documentOf))
