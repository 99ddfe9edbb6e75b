/** Whoever tries somebody's number or address learns nothing: the same answers, the same mails, the same time. */
import type { Part, Row } from '../part.ts'
import { journeys } from './journeys.ts'
import { seeded } from './noise.ts'
import { type Playing, play } from './play.ts'
import { comparisonsOf, MEASURES, mailing, sameness, timing } from './rows.ts'
import { openStage } from './stage.ts'
import { makeStandings } from './standings.ts'

const SEED = 4_200_003

const counts = {
  short: { tries: 3, warmUp: 0, following: 0 },
  // ten requests last longer than the work that a try leaves behind
  long: { tries: 200, warmUp: 20, following: 10 },
} as const

/** PROVE_JOURNEYS=recovery,"number refused" plays alone those whose names have these parts; noise is judged as for all of them. */
const parts = process.env.PROVE_JOURNEYS?.split(',')
const isWanted = ({ name }: { readonly name: string }): boolean => !parts || parts.some(part => name.includes(part))

export const learns: Part = {
  name: 'learns',
  title: 'who tries a number or an address learns nothing about it',
  minutes: { short: 6, long: 75 },
  async run({ form, store, progress, signal }) {
    const stage = await openStage(store)
    const standings = makeStandings(stage)
    const playing: Playing = { ...counts[form], random: seeded(SEED), progress, signal }
    const comparisons = comparisonsOf(journeys)
    const rows: Row[] = []
    try {
      for (const journey of journeys.filter(isWanted)) {
        if (signal.aborted) break // those already measured are worth reading
        const tries = await play(stage, standings, journey, playing)
        rows.push(...sameness(journey, tries, playing.tries * journey.standings.length))
        if (form === 'short') continue
        for (const measure of MEASURES) rows.push(timing(journey, tries, measure, comparisons))
        rows.push(mailing(journey, tries))
      }
      return rows
    } finally {
      await stage.stop()
    }
  },
}
