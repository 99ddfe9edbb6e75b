import { setTimeout as wait } from 'node:timers/promises'

export type Batches = {
  /** What `act` does at most: fewer means that nothing is left. */
  readonly batch: number
  /** Gives up after this long: the next turn goes on. */
  readonly mostMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Repeats until a batch is not full; says how many that makes. Rests as long as each batch took: a store that answers at once
 * would else hold this process until the end, and whoever signs in would wait for it.
 */
export const inBatches = async (act: () => Promise<number>, { batch, mostMs, signal }: Batches): Promise<number> => {
  const end = performance.now() + mostMs
  let total = 0
  while (!signal?.aborted) {
    const began = performance.now()
    const count = await act()
    total += count
    const now = performance.now()
    if (count < batch || now > end) break
    await wait(now - began)
  }
  return total
}
