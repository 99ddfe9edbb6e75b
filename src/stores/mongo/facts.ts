import { type Model, Schema } from 'mongoose'
import type { FactStore } from '../contracts.ts'
import { type Ask, isDuplicate } from './away.ts'
import { fields, schemaOptions, schemaVersion } from './documents.ts'

export type FactDocument = { readonly _id: string; readonly schemaVersion: number; readonly value: string }

export const factSchema = new Schema<FactDocument>({ ...fields.identified, value: fields.text }, schemaOptions)

export const makeFactStore = (facts: Model<FactDocument>, ask: Ask): FactStore => {
  const get = async (name: string): Promise<string | undefined> =>
    (await ask(() => facts.findOne({ _id: name }).lean<FactDocument>()))?.value

  return {
    get,

    async settle(name, value) {
      try {
        await ask(() => facts.create([{ _id: name, schemaVersion, value }]))
        return value
      } catch (fault) {
        if (!isDuplicate(fault)) throw fault
        return (await get(name)) ?? value
      }
    },
  }
}
