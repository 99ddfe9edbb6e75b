/** Processes that die, at any moment and between any two steps: nothing acknowledged is lost, and trying again succeeds. */
import type { Part } from '../part.ts'
import { faultPoints } from './fault-points.ts'
import { randomKills } from './random-kills.ts'

export const crash: Part = {
  name: 'crash',
  title: 'processes die at any moment, and nothing acknowledged is lost',
  minutes: { short: 6, long: 40 },
  async run(needs) {
    // one alone while a case is being looked at
    const random = process.env.PROVE_CRASH_ONLY ? [] : await randomKills(needs)
    return [...random, ...(process.env.PROVE_CRASH_KILLS ? [] : await faultPoints(needs))]
  },
}
