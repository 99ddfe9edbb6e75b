import { setImmediate as othersRun } from 'node:timers/promises'
import type { Model } from 'mongoose'
import { type AuditChain, eventText } from '../../../audit/chain.ts'
import { type AuditStore, StoreAway } from '../../contracts.ts'
import type { Ask } from '../away.ts'
import { type EventText, idsUnder } from '../documents.ts'
import { dayOf, type EntryDocument, entryId, type SegmentDocument, sequenceOf } from './documents.ts'
import type { Segments } from './segments.ts'
import { makeSegmentWriter, SegmentLost, type SegmentWriter } from './writer.ts'

/** How effects of acts come into the audit: each event once, whoever brings it. */
export type AuditWriter = {
  /** The segment that events of this moment go to. */
  segment(): string
  /** Brings events into that segment; SegmentLost when it is no longer this process's to write to. */
  bring(segment: string, effect: string, events: readonly EventText[]): Promise<void>
  /** How many events of an effect are there. */
  brought(effect: string): Promise<number>
  /** Nothing comes into the segment after this, whoever tries. */
  seal(segment: string): Promise<void>
}

type AuditNeeds = {
  readonly entries: Model<EntryDocument>
  readonly heads: Model<SegmentDocument>
  readonly segments: Segments
  readonly ask: Ask
  readonly chain: AuditChain
  /** Random: no two processes write to one segment. */
  readonly process: string
  readonly clock: () => Date
}

const erasedAtOnce = 500
const mostTries = 10

export const makeAuditStore = (needs: AuditNeeds): AuditStore & AuditWriter => {
  const { entries, heads, segments, ask, chain, process, clock } = needs
  let nth = 0
  let current: SegmentWriter | undefined
  /** Yesterday's, for acts that were written before midnight. */
  let former: SegmentWriter | undefined

  const nameOf = (day: string): string => `${day}-${process}${nth === 1 ? '' : `.${nth}`}`

  const writer = (): SegmentWriter => {
    const day = dayOf(clock())
    const isToday = current?.segment.startsWith(day) === true
    if (current && isToday && !current.isLost()) return current
    nth = isToday ? nth + 1 : 1
    former = current
    current = makeSegmentWriter({ segments, chain }, nameOf(day), day)
    return current
  }

  const own = (segment: string): SegmentWriter | undefined =>
    [current, former].find(known => known?.segment === segment)

  const isOwn = ({ _id, day }: SegmentDocument): boolean =>
    _id === `${day}-${process}` || _id.startsWith(`${day}-${process}.`)

  const seal = async (segment: string, now: Date): Promise<void> => {
    await own(segment)?.stop()
    await segments.seal(segment, now)
  }

  const erase = async (segment: string): Promise<void> => {
    for (;;) {
      // the seal stays: a process that comes back late still finds the place taken
      const found = await ask(() =>
        entries
          .find({ _id: idsUnder(segment), seal: { $exists: false } }, { _id: 1 })
          .limit(erasedAtOnce)
          .lean(),
      )
      if (found.length === 0) return
      await ask(() => entries.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } }))
      await othersRun()
    }
  }

  return {
    segment: () => writer().segment,

    async bring(segment, effect, events) {
      const known = own(segment)
      if (!known) throw new SegmentLost(segment)
      await known.add(events, effect)
    },

    brought: effect => ask(() => entries.countDocuments({ effect })),

    seal: segment => seal(segment, clock()),

    async append(events) {
      if (events.length === 0) return
      const texts = events.map(event => ({ at: event.at, text: eventText(event) }))
      for (let tries = 1; tries <= mostTries; tries += 1)
        try {
          return await writer().add(texts)
        } catch (fault) {
          if (!(fault instanceof SegmentLost)) throw fault
        }
      throw new StoreAway('the audit could not be written: every segment was sealed at once')
    },

    async segments() {
      const all = await ask(() => heads.find({}).sort({ _id: 1 }).lean<SegmentDocument[]>())
      return Promise.all(
        all.map(async ({ _id: segment, state, checkpoint }) => ({
          segment,
          count:
            state === 'open' ? (await segments.end(segment)).count : state === 'closed' ? (checkpoint?.count ?? 0) : 0,
          checkpoint,
        })),
      )
    },

    async read(segment, fromSequence, limit) {
      const { $lt } = idsUnder(segment)
      const found = await ask(() =>
        entries
          .find({ _id: { $gte: entryId(segment, fromSequence), $lt } })
          .sort({ _id: 1 })
          .limit(limit)
          .lean<EntryDocument[]>(),
      )
      return found
        .filter(entry => !entry.seal)
        .map(entry => ({
          segment,
          sequence: sequenceOf(entry),
          at: entry.at,
          text: entry.text,
          chain: entry.chain,
        }))
    },

    async close(now, ownToo) {
      const today = dayOf(now)
      const open = await ask(() => heads.find({ state: 'open' }).lean<SegmentDocument[]>())
      for (const head of open) if (head.day < today || (ownToo && isOwn(head))) await seal(head._id, now)
    },

    async purge(before) {
      const { modifiedCount } = await ask(() =>
        heads.updateMany({ state: 'closed', day: { $lt: dayOf(before) } }, { $set: { state: 'erasing' } }),
      )
      // Marked first, then erased by small batches: stopped half-way, it is still a purge, and the next one ends it.
      for (const { _id } of await ask(() => heads.find({ state: 'erasing' }, { _id: 1 }).lean())) {
        await erase(_id)
        await ask(() => heads.updateOne({ _id, state: 'erasing' }, { $set: { state: 'purged' } }))
      }
      return modifiedCount
    },
  }
}
