import { type Model, Schema } from 'mongoose'
import type { OccupantStore, Occupation } from '../contracts.ts'
import type { Ask } from './away.ts'
import { fields, schemaOptions, schemaVersion } from './documents.ts'

export type OccupantDocument = {
  /** The process. */
  readonly _id: string
  readonly schemaVersion: number
  readonly occupation: Occupation
  readonly until: Date
}

export const occupantSchema = new Schema<OccupantDocument>(
  { ...fields.identified, occupation: { ...fields.text, enum: ['using', 'copying'] }, until: fields.date },
  schemaOptions,
)
occupantSchema.index({ until: 1 })

export const makeOccupantStore = (model: Model<OccupantDocument>, ask: Ask, process: string): OccupantStore => ({
  async stay(occupation, now, until) {
    await ask(() => model.deleteMany({ until: { $lte: now } }))
    await ask(() =>
      model.updateOne(
        { _id: process },
        { $set: { occupation, until }, $setOnInsert: { schemaVersion } },
        { upsert: true },
      ),
    )
    // a majority has what this one said: another one that has said so before is seen here, or sees this one
    const here = await ask(() => model.find({ until: { $gt: now } }).lean<OccupantDocument[]>())
    return here.filter(({ _id }) => _id !== process).map(({ occupation }) => occupation)
  },

  async leave() {
    await ask(() => model.deleteOne({ _id: process }))
  },
})
