import { randomBytes } from 'node:crypto'
import { eventText } from '../../../audit/chain.ts'
import { type Effects, StoreAway } from '../../contracts.ts'
import type { AuditWriter } from '../audit/audit.ts'
import { SegmentLost } from '../audit/writer.ts'
import type { Ask } from '../away.ts'
import type { PendingEffect } from '../documents.ts'
import type { JobWriter } from '../jobs/writer.ts'
import type { Step } from '../steps.ts'
import type { Carriers } from './carriers.ts'
import { deleteErased, removeEffect } from './removal.ts'

export type EffectCarrier = {
  /** What to write into the act's document; undefined when nothing comes with the act. */
  of(effects: Effects, removals?: Pick<PendingEffect, 'releases' | 'erases'>, id?: string): PendingEffect | undefined
  /**
   * Brings an effect, just written into that document, to where it belongs. Ready when events and jobs are there, or when they
   * are left to a sweep because the store went away: the act is done either way. The document lets go of it afterwards.
   */
  bring(carriers: Carriers, id: string, effect: PendingEffect | undefined): Promise<void>
  /** The same for a document that was marked as erased: it is deleted when its last effect is where it belongs. */
  bringErased(carriers: Carriers, id: string, effect: PendingEffect | undefined): Promise<void>
  /** The same for an effect that another process may be bringing: none is lost, none is doubled. */
  finish(carriers: Carriers, id: string, effect: PendingEffect): Promise<void>
  /** Ready when no document is left to let go of what was brought. */
  settled(): Promise<void>
}

type EffectNeeds = {
  readonly audit: AuditWriter
  readonly jobs: JobWriter
  readonly ask: Ask
  readonly clock: () => Date
  readonly step: Step
}

export const makeEffectCarrier = ({ audit, jobs, ask, clock, step }: EffectNeeds): EffectCarrier => {
  const letting = new Set<Promise<void>>()

  /** All but the events: again is as good as once. */
  const bringOthers = async ({ removals }: Carriers, effect: PendingEffect): Promise<void> => {
    if (effect.jobs && effect.jobs.length > 0) await jobs.write(effect.jobs)
    if (effect.releases) await removals?.release(effect.releases)
    if (effect.erases) await removals?.erase(effect.erases, effect._id)
  }

  const bringEvents = async ({ _id, segment, events }: PendingEffect): Promise<void> => {
    if (segment !== undefined && events) await audit.bring(segment, _id, events)
  }

  const letGo = async (carriers: Carriers, id: string, effect: PendingEffect): Promise<void> => {
    await step('effects brought')
    await removeEffect(carriers, ask, id, effect._id)
  }

  /** Not awaited by the act: what fails is left to a sweep. */
  const letGoLater = (carriers: Carriers, id: string, effect: PendingEffect): void => {
    const going = letGo(carriers, id, effect).catch(() => {})
    letting.add(going)
    going.finally(() => letting.delete(going))
  }

  /** The segment for events that the former one does not have, once it can have no more; undefined when another process did it. */
  const moveEvents = async (
    { model }: Carriers,
    id: string,
    { _id, segment, events = [] }: PendingEffect,
  ): Promise<void> => {
    if (segment === undefined || (await audit.brought(_id)) >= events.length) return
    await audit.seal(segment)
    const brought = await audit.brought(_id)
    if (brought >= events.length) return
    await step('segment sealed')
    const mine = audit.segment()
    const { modifiedCount } = await ask(() =>
      model.updateOne(
        { _id: id, pending: { $elemMatch: { _id, segment } } },
        { $set: { 'pending.$.segment': mine, 'pending.$.at': clock() } },
      ),
    )
    if (modifiedCount === 0) throw new SegmentLost(segment)
    await step('effect taken over')
    await audit.bring(mine, _id, events.slice(brought))
  }

  const unlessAway = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
    } catch (fault) {
      if (!(fault instanceof StoreAway || fault instanceof SegmentLost)) throw fault
    }
  }

  const bring = async (carriers: Carriers, id: string, effect: PendingEffect | undefined): Promise<void> => {
    if (!effect) return
    await step('act written')
    await unlessAway(async () => {
      await Promise.all([bringEvents(effect), bringOthers(carriers, effect)])
      letGoLater(carriers, id, effect)
    })
  }

  return {
    of({ events = [], jobs = [] }, { releases = [], erases = [] } = {}, id = randomBytes(16).toString('base64url')) {
      const effect = {
        _id: id,
        at: clock(),
        ...(events.length > 0 && {
          segment: audit.segment(),
          events: events.map(event => ({ at: event.at, text: eventText(event) })),
        }),
        ...(jobs.length > 0 && { jobs }),
        ...(releases.length > 0 && { releases }),
        ...(erases.length > 0 && { erases }),
      }
      const isEmpty = events.length + jobs.length + releases.length + erases.length === 0
      return isEmpty ? undefined : effect
    },

    bring,

    async bringErased(carriers, id, effect) {
      if (effect) return bring(carriers, id, effect)
      await unlessAway(() => deleteErased(carriers, ask, id))
    },

    finish: (carriers, id, effect) =>
      unlessAway(async () => {
        await moveEvents(carriers, id, effect)
        await bringOthers(carriers, effect)
        await letGo(carriers, id, effect)
      }),

    async settled() {
      await Promise.all(letting)
    },
  }
}
