import { newReference } from '../middleware/arrival.ts'

const SECOND_MS = 1000

/**
 * For answers given to crowds: all of a second share one reference, which their pages show, and one line of log, written at its end
 * with how many they were. Gives the reference of whoever is answered now.
 */
export const makeSharedLine = (write: (reference: string, count: number) => void) => {
  let current: string | undefined
  let count = 0
  const end = (reference: string): void => {
    const answered = count
    current = undefined
    count = 0
    write(reference, answered)
  }
  return (): string => {
    if (current === undefined) {
      const reference = newReference()
      setTimeout(() => end(reference), SECOND_MS)
      current = reference
    }
    count += 1
    return current
  }
}
