import type { AuditChain } from '../../../audit/chain.ts'
import { chainStart } from '../../../audit/chain.ts'
import { isDuplicate } from '../away.ts'
import { type EventText, schemaVersion } from '../documents.ts'
import { type EntryDocument, entryId } from './documents.ts'
import type { Segments } from './segments.ts'

/** The segment was sealed, or nobody knows how its end looks: what was to be added is not there, and never will be by this writer. */
export class SegmentLost extends Error {
  override readonly name = 'SegmentLost'
}

/** Adds to one segment, as its only writer; all that waits goes in one batch. */
export type SegmentWriter = {
  readonly segment: string
  add(events: readonly EventText[], effect?: string): Promise<void>
  isLost(): boolean
  /** Takes nothing more; ready when what was asked has ended, well or not. */
  stop(): Promise<void>
}

type Waiting = {
  readonly events: readonly EventText[]
  readonly effect: string | undefined
  readonly added: () => void
  readonly failed: (fault: unknown) => void
}

/** Of requests at once: a batch stays far below what the server takes. */
const mostInBatch = 200

export const makeSegmentWriter = (
  { segments, chain }: { readonly segments: Segments; readonly chain: AuditChain },
  segment: string,
  day: string,
): SegmentWriter => {
  let head = { count: 0, chain: chainStart(segment) }
  let begun = false
  let lost = false
  let waiting: readonly Waiting[] = []
  let writing: Promise<void> | undefined

  const entriesOf = (batch: readonly Waiting[]) => {
    let next = head
    const entries: EntryDocument[] = []
    for (const { events, effect } of batch)
      for (const { at, text } of events) {
        next = { count: next.count + 1, chain: chain(next.chain, text) }
        const _id = entryId(segment, next.count)
        entries.push({ _id, schemaVersion, at, text, chain: next.chain, ...(effect !== undefined && { effect }) })
      }
    return { entries, next }
  }

  const writeOne = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      if (!begun) await segments.begin(segment, day)
      begun = true
      const { entries, next } = entriesOf(batch)
      await segments.add(entries)
      head = next
      for (const { added } of batch) added()
    } catch (fault) {
      // What was sent may still arrive: nothing is added behind it, and it is looked for before it is written elsewhere.
      lost = true
      const told = isDuplicate(fault) ? new SegmentLost(segment, { cause: fault }) : fault
      for (const { failed } of batch) failed(told)
    }
  }

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0 && !lost) {
      const batch = waiting.slice(0, mostInBatch)
      waiting = waiting.slice(mostInBatch)
      await writeOne(batch)
    }
    writing = undefined
    const left = waiting
    waiting = []
    for (const { failed } of left) failed(new SegmentLost(segment))
  }

  return {
    segment,

    add: (events, effect) =>
      new Promise<void>((added, failed) => {
        if (lost) {
          failed(new SegmentLost(segment))
          return
        }
        waiting = [...waiting, { events, effect, added, failed }]
        writing ??= writeAll()
      }),

    isLost: () => lost,

    async stop() {
      lost = true
      await writing
    },
  }
}
