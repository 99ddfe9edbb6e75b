import type { Model, Schema } from 'mongoose'
import { type AccountDocument, accountSchema, type HolderDocument, holderSchema } from './accounts/documents.ts'
import { type EntryDocument, entrySchema, type SegmentDocument, segmentSchema } from './audit/documents.ts'
import { type CaseDocument, caseSchema } from './cases.ts'
import type { Connection } from './connection.ts'
import { type ConsentDocument, consentSchema } from './consents.ts'
import type { Kept } from './documents.ts'
import type { Carriers, Removals } from './effects/carriers.ts'
import { type FactDocument, factSchema } from './facts.ts'
import { type JobDocument, jobSchema } from './jobs/writer.ts'
import { type OccupantDocument, occupantSchema } from './occupants.ts'
import { type ServiceDocument, serviceSchema } from './services/documents.ts'

/** Every collection, with its schema and its indexes. */
export const modelsOf = ({ mongoose }: Pick<Connection, 'mongoose'>) => {
  const model = <D>(name: string, schema: Schema<D>): Model<D> => mongoose.model<D>(name, schema, name)
  return {
    accounts: model<AccountDocument>('accounts', accountSchema),
    holders: model<HolderDocument>('holders', holderSchema),
    consents: model<ConsentDocument>('consents', consentSchema),
    cases: model<CaseDocument>('cases', caseSchema),
    services: model<ServiceDocument>('services', serviceSchema),
    jobs: model<JobDocument>('jobs', jobSchema),
    entries: model<EntryDocument>('audit_entries', entrySchema),
    heads: model<SegmentDocument>('audit_segments', segmentSchema),
    facts: model<FactDocument>('facts', factSchema),
    occupants: model<OccupantDocument>('occupants', occupantSchema),
  }
}

export type Models = ReturnType<typeof modelsOf>

/** The collection seen as one of documents that carry effects, whatever else they hold. */
export const carriersOf = <D extends Kept>(model: Model<D>, removals?: Removals): Carriers => ({
  model: model as unknown as Model<Kept>,
  ...(removals && { removals }),
})
