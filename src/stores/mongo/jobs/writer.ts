import { type Model, Schema } from 'mongoose'
import type { JobQueue, NewJob } from '../../contracts.ts'
import { type Ask, isDuplicate } from '../away.ts'
import { jobFields, type Kept, keptFields, keptIndexes, schemaOptions, schemaVersion } from '../documents.ts'

export type JobDocument = Kept & {
  readonly queue: JobQueue
  readonly kind: string
  readonly sealed?: string
  /** While leased, the end of the lease. Not there once the job is done. */
  readonly dueAt?: Date
  readonly expiresAt: Date
  readonly attempts: number
  /** Done jobs are remembered for a while: an effect that is brought twice does not bring them back. */
  readonly doneAt?: Date
}

export const jobSchema = new Schema<JobDocument>(
  { ...keptFields, ...jobFields, attempts: { type: Number, required: true, min: 0 }, doneAt: Date },
  schemaOptions,
)
const waiting = { partialFilterExpression: { dueAt: { $exists: true } } }
jobSchema.index({ queue: 1, dueAt: 1 }, waiting)
jobSchema.index({ expiresAt: 1 }, waiting)
jobSchema.index({ doneAt: 1 }, { partialFilterExpression: { doneAt: { $exists: true } } })
for (const [keys, options] of keptIndexes) jobSchema.index(keys, options)

/** Adds jobs, each once however often it comes, and tells whoever works on them. */
export type JobWriter = {
  write(jobs: readonly NewJob[]): Promise<void>
  onAdded(tell: (queue: JobQueue) => void): void
}

const documentOf = ({ id, ...job }: NewJob): JobDocument => ({ _id: id, schemaVersion, ...job, attempts: 0 })

export const makeJobWriter = (model: Model<JobDocument>, ask: Ask): JobWriter => {
  const listeners: ((queue: JobQueue) => void)[] = []

  return {
    onAdded(tell) {
      listeners.push(tell)
    },

    async write(jobs) {
      try {
        await ask(() => model.insertMany(jobs.map(documentOf), { ordered: false }))
      } catch (fault) {
        if (!isDuplicate(fault)) throw fault
      }
      const queues = new Set(jobs.map(({ queue }) => queue))
      for (const queue of queues) for (const tell of listeners) tell(queue)
    },
  }
}
