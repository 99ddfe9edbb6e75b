/** Pictures of the control asked for beyond what is drawn. */
import { atMost, is, type PartNeeds, type Row } from '../part.ts'
import type { Offered, PageTimes } from './crowd.ts'
import { type Ground, givePages, goodputRow, openGround, others, read, watchMemory } from './ground.ts'

export type ChallengePlan = { readonly times: readonly number[]; readonly seconds: number }

/** Servings of each picture, and pictures of a form. */
const PICTURES = 5
const SERVED = 4 * PICTURES
/** Forms whose pictures say what the machine can draw, and askers at once. */
const MEASURED_FORMS = { long: 100, short: 4 }
const AT_ONCE = 6
/** Pictures wait a hundred at most: so many more are asked for at once than are had. */
const WAITING = 100

const pictures = async ({ world, server }: Ground, forms: number): Promise<readonly string[]> => {
  const asked: string[] = []
  for (let nth = 0; nth < forms; nth += 1) {
    const form = await world.visitor(server, `10.9.${nth >> 8}.${nth & 255}`).get(`${world.issuer}/inscription`)
    asked.push(...new Set([...form.body.matchAll(/\/controle\/[\w-]+\/\d\.png/g)].map(([path]) => path)))
  }
  return asked
}

type Stage = { readonly times: number; readonly offered: Offered; readonly pages: PageTimes; readonly memory: number }

const rowsOf = (
  { times, offered, pages, memory }: Stage,
  { peak, asked, timed }: { readonly peak: number; readonly asked: number; readonly timed: boolean },
): readonly Row[] => {
  const of = `pictures ${times} ×: `
  const note = `${offered.goodput.toFixed(1)}/s, ${JSON.stringify(offered.statuses)}`
  return [
    is(`${of}answers neither a picture nor a 503`, others(offered.statuses, ['200', '503']), 0, note),
    is(`${of}refusals without Retry-After`, offered.unfit, 0),
    is(`${of}pictures that nobody was left to ask for`, offered.starved, 0),
    is(`${of}pages that were not given`, others(pages.statuses, ['200']), 0),
    atMost(`${of}memory at most`, memory, 512, 'MB'),
    ...(timed
      ? [
          goodputRow(of, offered, { peak, asked }),
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
    progress('pictures: what the machine can draw')
    const measured = (await ground.crowd.ask('picturesAtOnce', {
      count: AT_ONCE,
      paths: await pictures(ground, MEASURED_FORMS[form]),
    })) as Offered
    const capacity = measured.goodput
    const stages: Stage[] = []
    for (const time of times) {
      if (signal.aborted) break
      progress(`pictures: ${time} times ${capacity.toFixed(0)} a second`)
      const perSecond = time * capacity
      // half as many again as can be drawn, and those that wait: a picture is served so often, then no more
      const drawn = await pictures(ground, Math.ceil((1.5 * capacity * seconds) / SERVED + (2 * WAITING) / PICTURES))
      const memory = watchMemory(ground.server)
      const [offered, pages] = await Promise.all([
        ground.crowd.ask('pictures', { load: { perSecond, seconds }, paths: drawn }) as Promise<Offered>,
        read(ground, { perSecond: 50, seconds }),
      ])
      stages.push({ times: time, offered, pages, memory: await memory.stop() })
    }
    const peak = Math.max(...stages.map(({ offered }) => offered.goodput))
    return [
      { what: 'pictures that the machine can draw', figure: capacity, unit: '/s' },
      ...stages.flatMap(stage => rowsOf(stage, { peak, asked: stage.times * capacity, timed: form === 'long' })),
    ]
  } finally {
    await ground.close()
  }
}
