import { Schema } from 'mongoose'
import type { AuditCheckpoint } from '../../contracts.ts'
import { fields, schemaOptions } from '../documents.ts'

export type EntryDocument = {
  /** Segment and sequence (padded): no two entries have one place. */
  readonly _id: string
  readonly schemaVersion: number
  readonly at: Date
  readonly text: string
  readonly chain: string
  /** The act's effect that the event came with. */
  readonly effect?: string
  /** Of the last entry of a segment, which is no event: nothing comes after it. */
  readonly seal?: AuditCheckpoint
}

/** 'erasing': its entries are going. 'purged': they are gone, the checkpoint stays. */
export type SegmentState = 'open' | 'closed' | 'erasing' | 'purged'

export type SegmentDocument = {
  readonly _id: string
  readonly schemaVersion: number
  readonly day: string
  readonly state: SegmentState
  readonly checkpoint?: AuditCheckpoint
}

const { text, date, whole, identified } = fields

const checkpoint = new Schema<AuditCheckpoint>(
  { segment: text, count: whole, chain: text, closedAt: date, signature: text },
  { ...schemaOptions, _id: false },
)

export const entrySchema = new Schema<EntryDocument>(
  { ...identified, at: date, text, chain: text, effect: String, seal: checkpoint },
  schemaOptions,
)
entrySchema.index({ effect: 1 }, { partialFilterExpression: { effect: { $exists: true } } })
entrySchema.index({ 'seal.segment': 1 }, { partialFilterExpression: { 'seal.segment': { $exists: true } } })

export const segmentSchema = new Schema<SegmentDocument>(
  {
    ...identified,
    day: text,
    state: { ...text, enum: ['open', 'closed', 'erasing', 'purged'] },
    checkpoint,
  },
  schemaOptions,
)
segmentSchema.index({ state: 1, day: 1 })

const digits = 12

export const entryId = (segment: string, sequence: number): string =>
  `${segment}:${String(sequence).padStart(digits, '0')}`

export const sequenceOf = ({ _id }: EntryDocument): number => Number(_id.slice(-digits))

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
