/** What the written policy allows, worked out apart from the code that holds it. */
import type { WaitPolicy } from '../../../src/stores/contracts.ts'

/** Tries that somebody who never stops is given in so many seconds. */
export const triesAllowed = ({ free, firstWait, longestWait }: WaitPolicy, seconds: number): number => {
  let tries = free
  for (let at = firstWait; at <= seconds; tries += 1) {
    at += Math.min(longestWait, firstWait * 2 ** (tries + 1 - free))
  }
  return tries
}
