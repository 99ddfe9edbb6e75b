import type { Model } from 'mongoose'
import { type Ask, duplicatesIn } from './away.ts'

/** One command carries so many documents: it ends within the time that a question has. */
const atOnce = 250

/**
 * Inserts all that are not there, in few commands, and gives the places of those that were. Not validated one by one: for what
 * another store kept.
 */
export const insertAll = async <D>(
  model: Model<D>,
  ask: Ask,
  documents: readonly D[],
): Promise<ReadonlySet<number>> => {
  const there = new Set<number>()
  for (let from = 0; from < documents.length; from += atOnce)
    try {
      await ask(() => model.insertMany(documents.slice(from, from + atOnce), { ordered: false, lean: true }))
    } catch (fault) {
      const places = duplicatesIn(fault)
      if (!places) throw fault
      for (const place of places) there.add(from + place)
    }
  return there
}
