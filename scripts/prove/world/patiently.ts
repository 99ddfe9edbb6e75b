/** For what a proof does beside what it proves: on a busy machine, or after a failure, a store may not answer in time at once. */
import { setTimeout as pause } from 'node:timers/promises'
import { StoreAway } from '../../../src/stores/contracts.ts'

const TRIES = 12
const AGAIN_MS = 1500

export const patiently = async <T>(act: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; attempt < TRIES; attempt += 1) {
    try {
      return await act()
    } catch (fault) {
      if (!(fault instanceof StoreAway)) throw fault
      await pause(AGAIN_MS)
    }
  }
  return act()
}
