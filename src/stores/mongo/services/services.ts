import { randomBytes } from 'node:crypto'
import type { Model } from 'mongoose'
import type { ServiceStore } from '../../contracts.ts'
import { type Ask, isDuplicate } from '../away.ts'
import { born, carrying, hasRoom, type PendingEffect, shown } from '../documents.ts'
import type { Carriers } from '../effects/carriers.ts'
import type { EffectCarrier } from '../effects/effects.ts'
import { makeServiceCache } from './cache.ts'
import { changeable, documentOf, recordOf, type ServiceDocument } from './documents.ts'

type ServiceNeeds = {
  readonly services: Model<ServiceDocument>
  readonly carriers: Carriers
  readonly effects: EffectCarrier
  readonly ask: Ask
  readonly clock: () => Date
}

export const makeServiceStore = ({ services, carriers, effects, ask, clock }: ServiceNeeds): ServiceStore => {
  const read = async (_id: string): Promise<ServiceDocument | undefined> => {
    const found = await ask(() => services.findOne({ _id }).lean<ServiceDocument>())
    return found && !found.hidden ? found : undefined
  }
  const cache = makeServiceCache(read, clock)

  /** Whatever came of the change, this process looks again. */
  const changing = async <T>(id: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } finally {
      cache.forget(id)
    }
  }

  const insert = async (document: ServiceDocument): Promise<boolean> => {
    try {
      await ask(() => services.create([document]))
      return true
    } catch (fault) {
      if (isDuplicate(fault)) return false
      throw fault
    }
  }

  /** In the place of one that was removed and whose document is still to be deleted. */
  const putAgain = async ({ _id, ...document }: ServiceDocument, effect: PendingEffect | undefined) => {
    const { modifiedCount } = await ask(() =>
      services.updateOne(
        { _id, hidden: 'erased' },
        { $set: document, $unset: { hidden: 1, hiddenAt: 1 }, ...carrying(effect) },
      ),
    )
    return modifiedCount === 1
  }

  return {
    find: cache.find,

    async list() {
      const found = await ask(() => services.find(shown).sort({ _id: 1 }).lean<ServiceDocument[]>())
      return found.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()).map(recordOf)
    },

    add: (service, given) =>
      changing(service.id, async () => {
        const effect = effects.of(given)
        const document = documentOf(service, randomBytes(9).toString('base64url'))
        if (!(await insert({ ...document, ...born(effect) })) && !(await putAgain(document, effect))) return 'exists'
        await effects.bring(carriers, service.id, effect)
        return 'added'
      }),

    change: (service, expectedVersion, given) =>
      changing(service.id, async () => {
        const effect = effects.of(given)
        const { modifiedCount } = await ask(() =>
          services.updateOne(
            { _id: service.id, version: expectedVersion, ...shown, ...hasRoom },
            { $set: changeable(service), $inc: { version: 1 }, ...carrying(effect) },
          ),
        )
        if (modifiedCount === 0) return (await read(service.id)) ? 'conflict' : 'gone'
        await effects.bring(carriers, service.id, effect)
        return 'changed'
      }),

    remove: (id, given) =>
      changing(id, async () => {
        const effect = effects.of(given)
        const { modifiedCount } = await ask(() =>
          services.updateOne(
            { _id: id, ...shown },
            { $set: { hidden: 'erased', hiddenAt: clock() }, ...carrying(effect) },
          ),
        )
        if (modifiedCount === 0) return 'gone'
        await effects.bringErased(carriers, id, effect)
        return 'removed'
      }),
  }
}
