import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `find` gives something, looking again every 20 ms; fails after `limitMs`. */
export const waitFor = async <T>(find: () => T | undefined | Promise<T | undefined>, limitMs = 10_000): Promise<T> => {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await find()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error('what was waited for did not come')
    await pause(20)
  }
}
