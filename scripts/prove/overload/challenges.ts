/** Pictures of the control asked for beyond what is drawn. */
import { atLeast, atMost, is, type PartNeeds, type Row } from '../part.ts'
import type { Offered, PageTimes } from './crowd.ts'
import { type Ground, givePages, openGround, others, read, watchMemory } from './ground.ts'

export type ChallengePlan = { readonly times: readonly number[]; readonly seconds: number }

/** What drawing one at a time, with its rest, gives at most: the crowd's measure. */
const DRAWN_PER_SECOND = 100
/** Servings of each picture, and pictures of a form. */
const SERVED = 4 * 5

const pictures = async ({ world, server }: Ground, forms: number): Promise<readonly string[]> => {
  const asked: string[] = []
  for (let nth = 0; nth < forms; nth += 1) {
    const form = await world.visitor(server, `10.9.${nth >> 8}.${nth & 255}`).get(`${world.issuer}/inscription`)
    asked.push(...new Set([...form.body.matchAll(/\/controle\/[\w-]+\/\d\.png/g)].map(([path]) => path)))
  }
  return asked
}

type Stage = { readonly times: number; readonly offered: Offered; readonly pages: PageTimes; readonly memory: number }

const rowsOf = ({ times, offered, pages, memory }: Stage, peak: number, timed: boolean): readonly Row[] => {
  const of = `pictures ${times} ×: `
  const note = `${offered.goodput.toFixed(1)}/s, ${JSON.stringify(offered.statuses)}`
  return [
    is(`${of}answers neither a picture nor a 503`, others(offered.statuses, ['200', '503']), 0, note),
    is(`${of}refusals without Retry-After`, offered.unfit, 0),
    is(`${of}pages that were not given`, others(pages.statuses, ['200']), 0),
    atMost(`${of}memory at most`, memory, 512, 'MB'),
    ...(timed
      ? [
          atLeast(`${of}goodput`, offered.goodput / peak, 0.9, 'of its peak'),
          atMost(`${of}other pages, 99th percentile`, pages.all.p99, 100, 'ms'),
        ]
      : []),
  ]
}

export const provesChallenges = async (
  { form, store, progress, signal }: PartNeeds,
  { times, seconds }: ChallengePlan,
): Promise<readonly Row[]> => {
  const ground = await openGround({ form, store }, { GUICHET_CHALLENGE: 'picture' })
  try {
    await givePages(ground)
    const stages: Stage[] = []
    for (const time of times) {
      if (signal.aborted) break
      progress(`pictures: ${time} times ${DRAWN_PER_SECOND} a second`)
      const perSecond = time * DRAWN_PER_SECOND
      // twice what can be drawn: a picture is served so often, then no more
      const drawn = await pictures(
        ground,
        Math.ceil((2 * Math.min(perSecond, 2 * DRAWN_PER_SECOND) * seconds) / SERVED),
      )
      const memory = watchMemory(ground.server)
      const [offered, pages] = await Promise.all([
        ground.crowd.ask('pictures', { load: { perSecond, seconds }, paths: drawn }) as Promise<Offered>,
        read(ground, { perSecond: 50, seconds }),
      ])
      stages.push({ times: time, offered, pages, memory: await memory.stop() })
    }
    const peak = Math.max(...stages.map(({ offered }) => offered.goodput))
    return stages.flatMap(stage => rowsOf(stage, peak, form === 'long'))
  } finally {
    await ground.close()
  }
}
