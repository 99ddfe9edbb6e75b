/** Segments as they lie in the database: their last entry says whether they are sealed, whatever their head says. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Model } from 'mongoose'
import { type AuditChain, chainStart, signCheckpoint } from '../../../audit/chain.ts'
import { type AuditCheckpoint, StoreAway } from '../../contracts.ts'
import { type Ask, isDuplicate } from '../away.ts'
import { idsUnder, schemaVersion } from '../documents.ts'
import { type EntryDocument, entryId, type SegmentDocument, sequenceOf } from './documents.ts'

export type SegmentEnd = { readonly count: number; readonly chain: string; readonly seal?: AuditCheckpoint }

export type Segments = {
  /** Says that the segment is, before its first entry. */
  begin(segment: string, day: string): Promise<void>
  add(entries: readonly EntryDocument[]): Promise<void>
  /** How far a segment goes, as its entries tell. */
  end(segment: string): Promise<SegmentEnd>
  /**
   * Ends a segment: from now on nothing can be added to it, whoever tries, for the next place is taken. Gives the checkpoint
   * that ended it, perhaps another process's.
   */
  seal(segment: string, now: Date): Promise<AuditCheckpoint>
}

type SegmentNeeds = {
  readonly entries: Model<EntryDocument>
  readonly heads: Model<SegmentDocument>
  readonly chain: AuditChain
  readonly ask: Ask
}

const mostTries = 50

export const makeSegments = ({ entries, heads, chain, ask }: SegmentNeeds): Segments => {
  const tail = (segment: string) =>
    ask(() =>
      entries
        .findOne({ _id: idsUnder(segment) })
        .sort({ _id: -1 })
        .lean<EntryDocument>(),
    )

  const add = async (added: readonly EntryDocument[]): Promise<void> => {
    await ask(() => entries.insertMany(added, { ordered: true, lean: true }))
  }

  const sealAfter = async (segment: string, last: EntryDocument | null, now: Date): Promise<AuditCheckpoint> => {
    const count = last ? sequenceOf(last) : 0
    const ended = { segment, count, chain: last?.chain ?? chainStart(segment), closedAt: now }
    const seal = { ...ended, signature: signCheckpoint(chain, ended) }
    await add([{ _id: entryId(segment, count + 1), schemaVersion, at: now, text: 'seal', chain: ended.chain, seal }])
    return seal
  }

  const sealOf = async (segment: string, now: Date): Promise<AuditCheckpoint> => {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const last = await tail(segment)
      if (last?.seal) return last.seal
      try {
        return await sealAfter(segment, last, now)
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
      // an entry that came meanwhile is read once a majority has it
      await wait(tries)
    }
    throw new StoreAway('a segment of the audit could not be sealed: it is still written to')
  }

  return {
    async begin(segment, day) {
      await ask(() =>
        heads.updateOne({ _id: segment }, { $setOnInsert: { schemaVersion, day, state: 'open' } }, { upsert: true }),
      )
    },

    add,

    async end(segment) {
      const last = await tail(segment)
      if (!last) return { count: 0, chain: chainStart(segment) }
      const { seal, chain } = last
      return seal ? { count: seal.count, chain: seal.chain, seal } : { count: sequenceOf(last), chain }
    },

    async seal(segment, now) {
      const checkpoint = await sealOf(segment, now)
      await ask(() => heads.updateOne({ _id: segment, state: 'open' }, { $set: { state: 'closed', checkpoint } }))
      return checkpoint
    },
  }
}
