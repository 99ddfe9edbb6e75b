import { setTimeout as wait } from 'node:timers/promises'
import { StoreAway } from '../stores/contracts.ts'

export type Patience = { readonly forMs: number; readonly everyMs: number }

/** A primary that is elected anew, or a server that restarts, is back by then. */
const usual: Patience = { forMs: 120_000, everyMs: 1000 }

/** Does again what is safe to do again while the store is away, for a bounded time: for long work that nobody waits for. */
export const patiently = async <T>(act: () => Promise<T>, { forMs, everyMs }: Patience = usual): Promise<T> => {
  const until = performance.now() + forMs
  for (;;)
    try {
      return await act()
    } catch (fault) {
      if (!(fault instanceof StoreAway) || performance.now() > until) throw fault
      await wait(everyMs)
    }
}
