import { isDeepStrictEqual } from 'node:util'
import { patiently } from '../operations/patience.ts'
import type { LastingKind } from '../stores/contracts-lasting.ts'

/** One write holds a store for so many at most. */
const BATCH = 250

export type KindOutcome = 'copied' | 'stopped' | 'differs' | 'unreadable'

export type KindRequest<Item> = {
  /** After each batch: how many were looked at so far. */
  readonly progress: (looked: number) => void
  readonly signal: AbortSignal
  /** Whether what was copied is of use, as far as a sample tells. */
  readonly isReadable?: (copied: readonly Item[]) => Promise<boolean>
}

/** Gives what is kept afterwards. */
const putMissing = async <Item>(to: LastingKind<Item>, batch: readonly Item[]) => {
  const found = await to.find(batch)
  const missing = batch.filter((_, at) => found[at] === undefined)
  if (missing.length === 0) return found
  await to.put(missing)
  return to.find(batch)
}

/**
 * Copies all of one kind, each batch read again where it was put and compared with what it was. What is there already is not put
 * again: a copy that was cut short passes quickly over it. 'differs': something else is kept under a key, or nothing could be.
 */
export const copyKind = async <Item>(
  from: LastingKind<Item>,
  to: LastingKind<Item>,
  { progress, signal, isReadable }: KindRequest<Item>,
): Promise<KindOutcome> => {
  let looked = 0
  let after: Item | undefined
  while (!signal.aborted) {
    const last = after
    const batch = await patiently(() => from.page(last, BATCH))
    if (batch.length === 0) return 'copied'
    const kept = await patiently(() => putMissing(to, batch))
    if (!isDeepStrictEqual(kept, batch)) return 'differs'
    if (isReadable && !(await isReadable(batch))) return 'unreadable'
    after = batch.at(-1)
    looked += batch.length
    progress(looked)
  }
  return 'stopped'
}
