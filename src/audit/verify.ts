import type { AuditCheckpoint, AuditEntry, AuditStore } from '../stores/contracts.ts'
import { type AuditChain, chainStart, signCheckpoint } from './chain.ts'

export type SegmentVerdict =
  /** Every entry is there, unchanged; closed by a good checkpoint. */
  | { readonly kind: 'intact'; readonly count: number }
  /** Every entry that is there is unchanged, but no checkpoint says that none is missing: still being written, or its process died. */
  | { readonly kind: 'noCheckpoint'; readonly count: number }
  /** Entries were purged with age; the checkpoint that stays is good. */
  | { readonly kind: 'purged'; readonly count: number }
  /** Entries from number `at` on are missing. */
  | { readonly kind: 'cut'; readonly at: number }
  /** The entry of number `at` was changed, moved or put in. */
  | { readonly kind: 'altered'; readonly at: number }
  /** The checkpoint was changed, or was not made with a key of the ring. */
  | { readonly kind: 'checkpointAltered' }

export type AuditVerdict = { readonly segment: string; readonly verdict: SegmentVerdict }

type ReadAudit = Pick<AuditStore, 'segments' | 'read'>
type Segment = {
  readonly segment: string
  readonly count: number
  readonly checkpoint: AuditCheckpoint | undefined
}

const page = 1_000

type Walk = { readonly count: number; readonly chain: string } | { readonly alteredAt: number }

const walk = async (store: ReadAudit, chain: AuditChain, segment: string): Promise<Walk> => {
  let previous = chainStart(segment)
  let expected = 1
  let entries: readonly AuditEntry[]
  do {
    entries = await store.read(segment, expected, page)
    for (const entry of entries) {
      // A gap is an entry taken out of the middle: the one after it no longer follows.
      if (entry.sequence !== expected || entry.chain !== chain(previous, entry.text)) return { alteredAt: expected }
      previous = entry.chain
      expected += 1
    }
  } while (entries.length === page)
  return { count: expected - 1, chain: previous }
}

const verifySegment = async (
  store: ReadAudit,
  chains: readonly AuditChain[],
  { segment, count, checkpoint }: Segment,
): Promise<SegmentVerdict> => {
  // The checkpoint of a process that died is signed later, perhaps under a newer key than its entries'.
  const signed = (chain: AuditChain) => checkpoint?.signature === (checkpoint && signCheckpoint(chain, checkpoint))
  if (checkpoint && !chains.some(signed)) return { kind: 'checkpointAltered' }
  const walked = await walk(store, await chainOf(store, chains, segment), segment)
  if ('alteredAt' in walked) return { kind: 'altered', at: walked.alteredAt }
  if (!checkpoint)
    return walked.count < count ? { kind: 'cut', at: walked.count + 1 } : { kind: 'noCheckpoint', count: walked.count }
  // one that was sealed before its first entry is whole
  if (count === 0 && walked.count === 0 && checkpoint.count > 0) return { kind: 'purged', count: checkpoint.count }
  if (walked.count < checkpoint.count) return { kind: 'cut', at: walked.count + 1 }
  if (walked.count > checkpoint.count || walked.chain !== checkpoint.chain)
    return { kind: 'altered', at: Math.min(walked.count, checkpoint.count + 1) }
  return { kind: 'intact', count: walked.count }
}

/**
 * Reads the whole audit, one verdict a segment. `chains` are those of every key of the ring, newest first: a segment
 * lies under one of them. Gives verdicts as they come, for a progress line.
 */
export async function* verifyAudit(
  store: ReadAudit,
  chains: readonly AuditChain[],
): AsyncGenerator<AuditVerdict, void, undefined> {
  for (const segment of await store.segments())
    yield { segment: segment.segment, verdict: await verifySegment(store, chains, segment) }
}

/** The key that a segment was written with, told by its first entry; the newest when none fits. */
const chainOf = async (store: ReadAudit, chains: readonly AuditChain[], segment: string): Promise<AuditChain> => {
  const [entry] = await store.read(segment, 1, 1)
  const fits = chains.find(chain => entry?.chain === (entry && chain(chainStart(segment), entry.text)))
  const chosen = fits ?? chains[0]
  if (!chosen) throw new Error('the audit cannot be verified without a key')
  return chosen
}
