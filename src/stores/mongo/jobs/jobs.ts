import type { Model } from 'mongoose'
import type { AuditStore, Job, JobQueue, JobStore } from '../../contracts.ts'
import type { Ask } from '../away.ts'
import { carrying } from '../documents.ts'
import type { Carriers } from '../effects/carriers.ts'
import type { EffectCarrier } from '../effects/effects.ts'
import type { JobDocument, JobWriter } from './writer.ts'

type JobNeeds = {
  readonly model: Model<JobDocument>
  readonly carriers: Carriers
  readonly writer: JobWriter
  readonly audit: Pick<AuditStore, 'append'>
  readonly effects: EffectCarrier
  readonly ask: Ask
  readonly clock: () => Date
}

/** Several workers look at the same jobs at once: each round one of them gets what it sees. */
const mostRounds = 50
/** A done job is forgotten so long after: by then no effect that brought it is left. */
const remembered = 3_600_000

export const isWaiting = { dueAt: { $exists: true } } as const

export const jobOf = ({ _id, queue, kind, sealed = '', dueAt, expiresAt, attempts }: JobDocument): Job => ({
  id: _id,
  queue,
  kind,
  sealed,
  dueAt: dueAt ?? expiresAt,
  expiresAt,
  attempts,
})

export const makeJobStore = (needs: JobNeeds): JobStore & { forgetDone(now: Date, limit: number): Promise<number> } => {
  const { model, carriers, writer, audit, effects, ask, clock } = needs

  const due = async (queue: JobQueue, now: Date, limit: number): Promise<readonly string[]> => {
    const found = await ask(() =>
      model
        .find({ queue, dueAt: { $exists: true, $lte: now }, expiresAt: { $gt: now } }, { _id: 1 })
        .sort({ dueAt: 1 })
        .limit(limit)
        .lean(),
    )
    return found.map(({ _id }) => _id)
  }

  /** A leased job is due again at the end of its lease: nothing else has to be undone after a crash. */
  const take = async (ids: readonly string[], now: Date, until: Date): Promise<readonly Job[]> => {
    const taken = await Promise.all(
      ids.map(_id =>
        ask(() =>
          model
            .findOneAndUpdate(
              { _id, dueAt: { $exists: true, $lte: now } },
              { $set: { dueAt: until }, $inc: { attempts: 1 } },
              { returnDocument: 'after' },
            )
            .lean<JobDocument>(),
        ),
      ),
    )
    return taken.flatMap(job => (job ? [jobOf(job)] : []))
  }

  return {
    onAdded: writer.onAdded,

    async add(jobs) {
      if (jobs.length > 0) await writer.write(jobs)
    },

    async lease(queue, now, until, limit) {
      const leased: Job[] = []
      for (let round = 1; round <= mostRounds && leased.length < limit; round += 1) {
        const ids = await due(queue, now, limit - leased.length)
        if (ids.length === 0) break
        leased.push(...(await take(ids, now, until)))
      }
      return leased
    },

    async finish(id, given) {
      const effect = effects.of(given)
      const { modifiedCount } = await ask(() =>
        model.updateOne(
          { _id: id, ...isWaiting },
          { $set: { doneAt: clock() }, $unset: { dueAt: 1, sealed: 1 }, ...carrying(effect) },
        ),
      )
      if (modifiedCount !== 0) return effects.bring(carriers, id, effect)
      if (await ask(() => model.exists({ _id: id }))) return
      // expired meanwhile: what happened to it is told all the same
      await audit.append(given.events ?? [])
      if (given.jobs && given.jobs.length > 0) await writer.write(given.jobs)
    },

    async retry(id, dueAt) {
      await ask(() => model.updateOne({ _id: id, ...isWaiting }, { $set: { dueAt } }))
    },

    async nextDue(queue) {
      const next = await ask(() =>
        model
          .findOne({ queue, ...isWaiting }, { dueAt: 1 })
          .sort({ dueAt: 1 })
          .lean<Pick<JobDocument, 'dueAt'>>(),
      )
      return next?.dueAt
    },

    count: queue => ask(() => model.countDocuments({ queue, ...isWaiting })),

    async purge(now, limit) {
      const expired = await ask(() =>
        model
          .find({ expiresAt: { $lte: now }, ...isWaiting }, { _id: 1 })
          .sort({ expiresAt: 1 })
          .limit(limit)
          .lean(),
      )
      const removed = await Promise.all(
        expired.map(({ _id }) => ask(() => model.findOneAndDelete({ _id, ...isWaiting }).lean<JobDocument>())),
      )
      return removed.flatMap(job => (job ? [jobOf(job)] : []))
    },

    async forgetDone(now, limit) {
      const done = await ask(() =>
        model
          .find({ doneAt: { $lt: new Date(now.getTime() - remembered) }, pending: { $exists: false } }, { _id: 1 })
          .limit(limit)
          .lean(),
      )
      if (done.length === 0) return 0
      const { deletedCount } = await ask(() => model.deleteMany({ _id: { $in: done.map(({ _id }) => _id) } }))
      return deletedCount
    },
  }
}
