import type { Ask } from '../away.ts'
import type { Kept } from '../documents.ts'
import type { Carriers } from './carriers.ts'

/** Without the effect; without the field when it was the last one, for an index tells those that have it. */
const without = (effect: string) => [
  { $set: { pending: { $filter: { input: '$pending', cond: { $ne: ['$$this._id', effect] } } } } },
  { $set: { pending: { $cond: [{ $eq: ['$pending', []] }, '$$REMOVE', '$pending'] } } },
]

export const deleteErased = async ({ model }: Carriers, ask: Ask, id: string): Promise<void> => {
  await ask(() => model.deleteOne({ _id: id, hidden: 'erased', pending: { $exists: false } }))
}

/** Takes out of its document an effect that was brought; an erased document goes with its last one. */
export const removeEffect = async (carriers: Carriers, ask: Ask, id: string, effect: string): Promise<void> => {
  const after = await ask(() =>
    carriers.model
      .findOneAndUpdate({ _id: id, 'pending._id': effect }, without(effect), {
        updatePipeline: true,
        returnDocument: 'after',
        projection: { hidden: 1, pending: 1 },
      })
      .lean<Pick<Kept, 'hidden' | 'pending'>>(),
  )
  if (after?.hidden === 'erased' && !after.pending) await deleteErased(carriers, ask, id)
}
