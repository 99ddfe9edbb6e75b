/** The audit as it lasts. A seal, the last entry of a segment, is told by the segment. */
import type { AuditCheckpoint, AuditEntry } from '../../contracts.ts'
import type { LastingKind, LastingSegment } from '../../contracts-lasting.ts'
import { type EntryDocument, entryId, type SegmentDocument, sequenceOf } from '../audit/documents.ts'
import type { Segments } from '../audit/segments.ts'
import type { Ask } from '../away.ts'
import { insertAll } from '../bulk.ts'
import { schemaVersion } from '../documents.ts'
import type { Models } from '../models.ts'
import { inserting, makeKind } from './kind.ts'

type AuditNeeds = {
  readonly models: Pick<Models, 'entries' | 'heads'>
  readonly segments: Pick<Segments, 'end'>
  readonly ask: Ask
}

/** A segment's name begins with its day. */
const DAY_LENGTH = 10

const segmentOfEntry = ({ _id }: EntryDocument): string => _id.slice(0, _id.lastIndexOf(':'))

export const makeLastingEntries = ({
  models: { entries },
  ask,
}: Omit<AuditNeeds, 'segments'>): LastingKind<AuditEntry> =>
  makeKind<EntryDocument, AuditEntry>({
    model: entries,
    ask,
    idOf: ({ segment, sequence }) => entryId(segment, sequence),
    itemOf: entry => ({
      segment: segmentOfEntry(entry),
      sequence: sequenceOf(entry),
      at: entry.at,
      text: entry.text,
      chain: entry.chain,
    }),
    which: { seal: { $exists: false } },
    // of segments that were never begun too
    others: () => ask(() => entries.countDocuments({ 'seal.segment': { $exists: true } })),
    put: inserting(entries, ask, ({ segment, sequence, at, text, chain }) => ({
      _id: entryId(segment, sequence),
      schemaVersion,
      at,
      text,
      chain,
    })),
  })

const sealOf = ({ segment, count, chain }: LastingSegment, seal: AuditCheckpoint): EntryDocument => ({
  _id: entryId(segment, count + 1),
  schemaVersion,
  at: seal.closedAt,
  text: 'seal',
  chain,
  seal,
})

const headOf = ({ segment, checkpoint, erased }: LastingSegment): SegmentDocument => ({
  _id: segment,
  schemaVersion,
  day: segment.slice(0, DAY_LENGTH),
  state: erased ? 'purged' : checkpoint ? 'closed' : 'open',
  ...(checkpoint && { checkpoint }),
})

export const makeLastingSegments = ({ models, segments, ask }: AuditNeeds): LastingKind<LastingSegment> => {
  const { entries, heads } = models
  const bare = makeKind<SegmentDocument, SegmentDocument>({
    model: heads,
    ask,
    idOf: ({ _id }) => _id,
    itemOf: head => head,
    which: {},
    others: async () => 0,
    put: async () => {},
  })

  /** As its last entry tells, whatever its head says. */
  const segmentOf = async ({ _id: segment, state, checkpoint }: SegmentDocument): Promise<LastingSegment> => {
    const erased = state === 'erasing' || state === 'purged'
    const end = checkpoint ? { seal: checkpoint, ...checkpoint } : await segments.end(segment)
    const { count, chain, seal } = end
    return { segment, count, chain, erased, ...(seal && { checkpoint: seal }) }
  }
  const toldBy = (found: readonly SegmentDocument[]) => Promise.all(found.map(segmentOf))

  return {
    count: bare.count,

    page: async (after, limit) => toldBy(await bare.page(after && headOf(after), limit)),

    async find(like) {
      const found = (await bare.find(like.map(headOf))).filter(head => head !== undefined)
      const told = new Map((await toldBy(found)).map(segment => [segment.segment, segment]))
      return like.map(({ segment }) => told.get(segment))
    },

    // the seal first: a head that says closed has one
    async put(items) {
      const sealed = items.flatMap(item => (item.checkpoint ? [sealOf(item, item.checkpoint)] : []))
      await insertAll(entries, ask, sealed)
      await insertAll(heads, ask, items.map(headOf))
    },
  }
}
