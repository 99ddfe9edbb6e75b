import { setTimeout as wait } from 'node:timers/promises'
import { type Occupancy, occupy, stays } from '../operations/occupancy.ts'
import type { OccupantStore } from '../stores/contracts.ts'

export type Side = 'source' | 'target'

export type Alone =
  | {
      readonly kind: 'alone'
      /** Which of the two somebody else has come to use. */
      isUsed(): Promise<Side | undefined>
      leave(): Promise<void>
    }
  | { readonly kind: 'inUse'; readonly store: Side }
  | { readonly kind: 'anotherCopy' }

const LOOKED_EVERY_MS = 1000

const sides = ['source', 'target'] as const

/** Has both stores for itself: servers are refused by them from now on. A copy that was killed is waited for. */
export const takeAlone = async (
  stores: { readonly [side in Side]: OccupantStore },
  clock: () => Date,
  { waiting, signal }: { readonly waiting: () => void; readonly signal: AbortSignal },
): Promise<Alone> => {
  const occupancies: { readonly [side in Side]: Occupancy } = {
    source: await occupy(stores.source, 'copying', clock),
    target: await occupy(stores.target, 'copying', clock),
  }
  const leave = async () => {
    for (const side of sides) await occupancies[side].leave()
  }
  const met = async () => ({ source: await occupancies.source.others(), target: await occupancies.target.others() })
  const isUsed = async (): Promise<Side | undefined> => {
    const others = await met()
    return sides.find(side => others[side].includes('using'))
  }
  const isCopied = async (): Promise<boolean> => {
    const others = await met()
    return sides.some(side => others[side].includes('copying'))
  }

  const store = await isUsed()
  if (store) {
    await leave()
    return { kind: 'inUse', store }
  }
  const until = performance.now() + stays.copying.forMs + LOOKED_EVERY_MS
  for (let told = false; await isCopied(); told = true) {
    if (!told) waiting()
    if (signal.aborted || performance.now() > until) {
      await leave()
      return { kind: 'anotherCopy' }
    }
    await wait(LOOKED_EVERY_MS)
  }
  return { kind: 'alone', isUsed, leave }
}
