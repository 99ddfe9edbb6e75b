/** Facts that tell of a store what it was copied from, and whether all of it is there. */
import { randomBytes } from 'node:crypto'
import { StartError } from '../operations/errors.ts'
import type { FactStore } from '../stores/contracts.ts'

const ID = 'store.id'
const FROM = 'copy.from'
const WHOLE = 'copy.whole'

/** The store's own, drawn when it is first asked for. */
export const idOfStore = (facts: FactStore): Promise<string> => facts.settle(ID, randomBytes(16).toString('base64url'))

export type CopyMark =
  | { readonly kind: 'none' }
  | { readonly kind: 'begun'; readonly from: string }
  | { readonly kind: 'whole'; readonly from: string; readonly at: string }

export const copyMarkOf = async (facts: Pick<FactStore, 'get'>): Promise<CopyMark> => {
  const from = await facts.get(FROM)
  if (from === undefined) return { kind: 'none' }
  const at = await facts.get(WHOLE)
  return at === undefined ? { kind: 'begun', from } : { kind: 'whole', from, at }
}

export const markBegun = async (facts: FactStore, from: string): Promise<void> => {
  await facts.settle(FROM, from)
}

export const markWhole = async (facts: FactStore, at: Date): Promise<void> => {
  await facts.settle(WHOLE, at.toISOString())
}

/** Throws a sentence when only a part of what the store should hold is there: whoever signs up could then take somebody's number. */
export const refuseHalfCopied = async (facts: Pick<FactStore, 'get'>): Promise<void> => {
  if ((await copyMarkOf(facts)).kind !== 'begun') return
  throw new StartError(
    'A copy to this store was begun and has not ended: run the same « npm run guichet -- store copy » again, which goes on where it was.',
  )
}
