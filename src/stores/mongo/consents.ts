import { type Model, Schema } from 'mongoose'
import type { Consent, ConsentStore } from '../contracts.ts'
import { type Ask, isDuplicate } from './away.ts'
import {
  carrying,
  fields,
  idsUnder,
  type Kept,
  keptFields,
  keptIndexes,
  schemaOptions,
  schemaVersion,
  shown,
} from './documents.ts'
import type { Carriers } from './effects/carriers.ts'
import type { EffectCarrier } from './effects/effects.ts'

export type ConsentDocument = Kept & Consent

const { text, date } = fields
const names = { type: [String], required: true } as const

export const consentSchema = new Schema<ConsentDocument>(
  { ...keptFields, accountId: text, serviceId: text, scopes: names, claims: names, givenAt: date },
  schemaOptions,
)
for (const [keys, options] of keptIndexes) consentSchema.index(keys, options)

type ConsentNeeds = {
  readonly consents: Model<ConsentDocument>
  readonly carriers: Carriers
  readonly effects: EffectCarrier
  readonly ask: Ask
  readonly clock: () => Date
}

/** An account's come one after the other. */
export const idOf = (accountId: string, serviceId: string): string => `${accountId}:${serviceId}`

export const consentOf = ({ accountId, serviceId, scopes, claims, givenAt }: ConsentDocument): Consent => ({
  accountId,
  serviceId,
  scopes: [...scopes].sort(),
  claims: [...claims].sort(),
  givenAt,
})

export const makeConsentStore = ({ consents, carriers, effects, ask, clock }: ConsentNeeds): ConsentStore => {
  /** Two that make the same document at once: the second finds it made. */
  const unlessMadeMeanwhile = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act()
    } catch (fault) {
      if (!isDuplicate(fault)) throw fault
      await act()
    }
  }

  const put = ({ accountId, serviceId, scopes, claims, givenAt }: Consent) =>
    unlessMadeMeanwhile(() =>
      ask(() =>
        consents.updateOne(
          { _id: idOf(accountId, serviceId) },
          {
            $setOnInsert: { schemaVersion, accountId, serviceId },
            $set: { scopes, claims, givenAt },
            $unset: { hidden: 1, hiddenAt: 1 },
          },
          { upsert: true },
        ),
      ),
    )

  return {
    async find(accountId, serviceId) {
      const found = await ask(() => consents.findOne({ _id: idOf(accountId, serviceId) }).lean<ConsentDocument>())
      return found && !found.hidden ? consentOf(found) : undefined
    },

    async give({ accountId, serviceId, scopes, claims, givenAt }, given) {
      const effect = effects.of(given)
      const _id = idOf(accountId, serviceId)
      await unlessMadeMeanwhile(() =>
        ask(() =>
          consents.updateOne(
            { _id },
            {
              $setOnInsert: { schemaVersion, accountId, serviceId },
              $addToSet: { scopes: { $each: scopes }, claims: { $each: claims } },
              $set: { givenAt },
              $unset: { hidden: 1, hiddenAt: 1 },
              ...carrying(effect),
            },
            { upsert: true },
          ),
        ),
      )
      await effects.bring(carriers, _id, effect)
    },

    async withdraw(accountId, serviceId, given) {
      const effect = effects.of(given)
      const _id = idOf(accountId, serviceId)
      // emptied too: a consent given before the document is deleted takes nothing from the one that was withdrawn
      const { modifiedCount } = await ask(() =>
        consents.updateOne(
          { _id, ...shown },
          { $set: { hidden: 'erased', hiddenAt: clock(), scopes: [], claims: [] }, ...carrying(effect) },
        ),
      )
      if (modifiedCount === 0) return 'none'
      await effects.bringErased(carriers, _id, effect)
      return 'withdrawn'
    },

    async list(accountId) {
      const found = await ask(() =>
        consents
          .find({ _id: idsUnder(accountId), ...shown })
          .sort({ _id: 1 })
          .lean<ConsentDocument[]>(),
      )
      return found.map(consentOf)
    },

    async import(brought) {
      for (const consent of brought) await put(consent)
    },
  }
}
