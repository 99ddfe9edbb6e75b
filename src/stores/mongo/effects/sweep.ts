/** Finishes what processes that died left half-way. */
import type { Ask } from '../away.ts'
import type { Kept } from '../documents.ts'
import type { Carriers } from './carriers.ts'
import type { EffectCarrier } from './effects.ts'
import { deleteErased } from './removal.ts'

/** An act takes a few milliseconds: what is older was left, or its process is so slow that it will find it done. */
const leftAfter = 30_000
/** Bringing an account in takes no longer; what an import left is brought in anew by the next one. */
const importLeftAfter = 3_600_000

type SweepNeeds = { readonly collections: readonly Carriers[]; readonly effects: EffectCarrier; readonly ask: Ask }

const before = (now: Date, age: number): Date => new Date(now.getTime() - age)

export const makeSweep = ({ collections, effects, ask }: SweepNeeds) => {
  const finishEffects = async (carriers: Carriers, now: Date, limit: number): Promise<number> => {
    const left = before(now, leftAfter)
    const found = await ask(() =>
      carriers.model
        .find({ pending: { $exists: true, $elemMatch: { at: { $lt: left } } } }, { pending: 1 })
        .limit(limit)
        .lean<Pick<Kept, '_id' | 'pending'>[]>(),
    )
    for (const { _id, pending = [] } of found)
      for (const effect of pending) if (effect.at < left) await effects.finish(carriers, _id, effect)
    return found.length
  }

  const removeHidden = async (carriers: Carriers, now: Date, limit: number): Promise<number> => {
    const erased = await ask(() =>
      carriers.model
        .find({ hiddenAt: { $lt: before(now, leftAfter) }, hidden: 'erased', pending: { $exists: false } }, { _id: 1 })
        .limit(limit)
        .lean(),
    )
    for (const { _id } of erased) await deleteErased(carriers, ask, _id)
    const { deletedCount } = await ask(() =>
      carriers.model.deleteMany({ hidden: 'importing', hiddenAt: { $lt: before(now, importLeftAfter) } }),
    )
    return erased.length + deletedCount
  }

  /** So many documents of each collection at most; says how many were left half-way. */
  return async (now: Date, limit: number): Promise<number> => {
    let done = 0
    for (const carriers of collections)
      done += (await finishEffects(carriers, now, limit)) + (await removeHidden(carriers, now, limit))
    return done
  }
}
