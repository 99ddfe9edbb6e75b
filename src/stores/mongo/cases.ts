import { type Model, Schema } from 'mongoose'
import type { CaseRecord, CaseStore } from '../contracts-cases.ts'
import { type Ask, isDuplicate } from './away.ts'
import {
  born,
  carrying,
  fields,
  hasRoom,
  type Kept,
  keptFields,
  keptIndexes,
  schemaOptions,
  schemaVersion,
} from './documents.ts'
import type { Carriers } from './effects/carriers.ts'
import type { EffectCarrier } from './effects/effects.ts'

export type CaseDocument = Kept &
  Omit<CaseRecord, 'id'> & {
    /** Absent once it is closed: those that are not are few. */
    readonly openSince?: Date
  }

const MOST_LISTED = 500

const { text, date, whole } = fields
const inside = { ...schemaOptions, _id: false } as const

const decision = new Schema(
  {
    verdict: { ...text, enum: ['samePerson', 'numberMoves', 'keep', 'closeBoth'] },
    by: text,
    reason: text,
    at: date,
    effectiveAt: date,
    confirmedBy: String,
  },
  inside,
)

export const caseSchema = new Schema<CaseDocument>(
  {
    ...keptFields,
    version: { ...whole, min: 1 },
    status: { ...text, enum: ['opening', 'open', 'decided', 'takingEffect', 'closed'] },
    claimant: text,
    holder: text,
    claimantSays: { ...text, enum: ['hasAccount', 'hasNone', 'doesNotKnow'] },
    passwordGiven: { type: Boolean, required: true },
    holderSays: { type: String, enum: ['wasMe', 'wasNotMe'] },
    openedAt: date,
    dueBy: date,
    decision,
    closed: new Schema({ as: text, at: date }, inside),
    nextAt: Date,
    openSince: Date,
  },
  schemaOptions,
)
caseSchema.index({ openSince: 1 }, { partialFilterExpression: { openSince: { $exists: true } } })
caseSchema.index({ nextAt: 1 }, { partialFilterExpression: { nextAt: { $exists: true } } })
caseSchema.index({ 'closed.at': 1 }, { partialFilterExpression: { 'closed.at': { $exists: true } } })
for (const [keys, options] of keptIndexes) caseSchema.index(keys, options)

type CaseNeeds = {
  readonly cases: Model<CaseDocument>
  readonly carriers: Carriers
  readonly effects: EffectCarrier
  readonly ask: Ask
}

export const documentOf = ({ id, ...record }: CaseRecord): CaseDocument => ({
  _id: id,
  schemaVersion,
  ...record,
  ...(record.status !== 'closed' && { openSince: record.openedAt }),
})

export const caseOf = ({ _id, ...document }: CaseDocument): CaseRecord => {
  const {
    schemaVersion: _schemaVersion,
    pending: _pending,
    hidden: _hidden,
    hiddenAt: _hiddenAt,
    openSince: _openSince,
    ...record
  } = document
  return { id: _id, ...record }
}

/** What a case may have and may lose again. */
const OPTIONAL = ['holderSays', 'decision', 'closed', 'nextAt', 'openSince'] as const

export const makeCaseStore = ({ cases, carriers, effects, ask }: CaseNeeds): CaseStore => {
  const read = (_id: string) => ask(() => cases.findOne({ _id }).lean<CaseDocument>())

  return {
    async add(opened, given) {
      const effect = effects.of(given)
      try {
        await ask(() => cases.create([{ ...documentOf(opened), ...born(effect) }]))
      } catch (fault) {
        if (isDuplicate(fault)) return 'exists'
        throw fault
      }
      await effects.bring(carriers, opened.id, effect)
      return 'added'
    },

    async find(id) {
      const found = await read(id)
      return found ? caseOf(found) : undefined
    },

    async listOpen() {
      const found = await ask(() =>
        cases
          .find({ openSince: { $exists: true } })
          .sort({ openSince: 1 })
          .limit(MOST_LISTED)
          .lean<CaseDocument[]>(),
      )
      return found.map(caseOf)
    },

    async due(now, limit) {
      const found = await ask(() =>
        cases
          .find({ nextAt: { $exists: true, $lte: now } })
          .sort({ nextAt: 1 })
          .limit(limit)
          .lean<CaseDocument[]>(),
      )
      return found.map(caseOf)
    },

    async purge(before, limit) {
      const found = await ask(() =>
        cases
          .find({ 'closed.at': { $lt: before }, nextAt: { $exists: false }, pending: { $exists: false } }, { _id: 1 })
          .sort({ 'closed.at': 1 })
          .limit(limit)
          .lean(),
      )
      if (found.length > 0) await ask(() => cases.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } }))
      return found.length
    },

    async change(changed, expectedVersion, given) {
      const effect = effects.of(given)
      const { _id, ...fieldsOf } = documentOf({ ...changed, version: expectedVersion + 1 })
      const removed = OPTIONAL.filter(name => fieldsOf[name] === undefined)
      const { modifiedCount } = await ask(() =>
        cases.updateOne(
          { _id, version: expectedVersion, ...hasRoom },
          {
            $set: fieldsOf,
            ...(removed.length > 0 && { $unset: Object.fromEntries(removed.map(name => [name, 1])) }),
            ...carrying(effect),
          },
        ),
      )
      if (modifiedCount === 0) return (await read(_id)) ? 'conflict' : 'gone'
      await effects.bring(carriers, _id, effect)
      return 'changed'
    },
  }
}
