import { Schema } from 'mongoose'
import type { ServiceRecord } from '../../contracts.ts'
import { fields, type Kept, keptFields, keptIndexes, schemaOptions, schemaVersion } from '../documents.ts'

export type ServiceDocument = Kept &
  Omit<ServiceRecord, 'id' | 'metadata'> & {
    /** As text: its names are not MongoDB's to read. */
    readonly metadata: string
    /** Random: a service removed and added again is another one, though its version be the same. */
    readonly incarnation: string
  }

const { text, date, whole } = fields

export const serviceSchema = new Schema<ServiceDocument>(
  {
    ...keptFields,
    incarnation: text,
    version: { ...whole, min: 1 },
    status: { ...text, enum: ['active', 'disabled'] },
    firstParty: { type: Boolean, required: true },
    metadata: text,
    sector: text,
    secrets: { type: [{ _id: false, hash: text, createdAt: date, expiresAt: Date }], required: true },
    createdAt: date,
    updatedAt: date,
  },
  schemaOptions,
)
for (const [keys, options] of keptIndexes) serviceSchema.index(keys, options)

/** What a change sets. */
export const changeable = ({ id: _id, version: _version, metadata, ...record }: ServiceRecord) => ({
  ...record,
  metadata: JSON.stringify(metadata),
})

export const documentOf = (service: ServiceRecord, incarnation: string): ServiceDocument => ({
  _id: service.id,
  schemaVersion,
  incarnation,
  version: service.version,
  ...changeable(service),
})

export const recordOf = (document: ServiceDocument): ServiceRecord => ({
  id: document._id,
  version: document.version,
  status: document.status,
  firstParty: document.firstParty,
  metadata: JSON.parse(document.metadata),
  sector: document.sector,
  secrets: document.secrets,
  createdAt: document.createdAt,
  updatedAt: document.updatedAt,
})
