/** The control against robots, attacked by robots: how often each finds the right picture out of five. */
import type { Part, Row } from '../part.ts'
import { atMost, is } from '../part.ts'
import { inTurns } from '../throttles/attacker.ts'
import { openWorld } from '../world/world.ts'
import { answered, makeDealer, pictureOf } from './dealt.ts'
import { EXACT, makeLibrary, PERCEPTUAL, PIXELS } from './library.ts'
import { replayed } from './replay.ts'

const CHOICES = 5
/** As often as the server gives one picture of one control; asked of every so many controls. */
const SERVINGS = 4
const ASKED_AGAIN = 20
/** One run in two thousand strays so far by luck. */
const DEVIATIONS = 3.3
const AT_ONCE = 8

/** What a rate that is truly `percent` may show over so many draws. */
const upTo = (percent: number, draws: number): number =>
  percent + DEVIATIONS * Math.sqrt((percent * (100 - percent)) / draws)

const plans = {
  short: { lessons: [48], draws: 40, replays: 12 },
  // 24 and 200 drawings an object
  long: { lessons: [731, 6080], draws: 500, replays: 40 },
} as const

export const challenge: Part = {
  name: 'challenge',
  title: 'robots before the pictures',
  minutes: { short: 6, long: 60 },
  async run({ form, store, progress, signal }) {
    const { lessons, draws, replays } = plans[form]
    const world = await openWorld({ store, processes: 2, settings: { GUICHET_CHALLENGE: 'picture' } })
    try {
      const deal = makeDealer(world)
      const rows: Row[] = [...(await replayed(world, deal, replays))]
      const library = makeLibrary()
      let [learnt, drawings, otherwiseAgain] = [0, 0, 0]
      const objects = new Set<string>()

      const learnUpTo = async (controls: number): Promise<void> => {
        await inTurns(controls - learnt, AT_ONCE, async nth => {
          if (signal.aborted) return
          const dealt = await deal()
          for (const [at, icon] of dealt.icons.entries()) {
            objects.add(icon)
            const png = await pictureOf(world, dealt, at + 1, nth)
            library.learn(icon, png)
            drawings += 1
            if (nth % ASKED_AGAIN !== 0) continue
            // by each process in turn: one picture to compare with itself tells nothing more
            for (let time = 1; time < SERVINGS; time += 1)
              if (!png.equals(await pictureOf(world, dealt, at + 1, nth + time))) otherwiseAgain += 1
          }
          progress(`${drawings} drawings learnt`)
        })
        learnt = controls
      }

      const attack = async (): Promise<readonly Row[]> => {
        const right = new Map<string, number>()
        let [done, otherwise] = [0, 0]
        for (; done < draws && !signal.aborted; done += 1) {
          const dealt = await deal()
          const pictures = await Promise.all(dealt.icons.map((_, at) => pictureOf(world, dealt, at + 1, at)))
          const sure = pictures.map(png => library.judge(dealt.asked, png))
          const choice = (robot: string): string => {
            const all = sure.map(one => one.get(robot) ?? 0)
            return String(all.indexOf(Math.max(...all)) + 1)
          }
          const random = String(1 + Math.floor(Math.random() * CHOICES))
          const choices = new Map([...(sure[0] ?? new Map()).keys()].map(robot => [robot, choice(robot)]))
          for (const [robot, chosen] of [...choices, ['at random', random] as const]) {
            if (chosen === dealt.answer) right.set(robot, (right.get(robot) ?? 0) + 1)
          }
          const best = choice(PIXELS)
          if ((await answered(dealt, best)) !== (best === dealt.answer)) otherwise += 1
          progress(`${done + 1} of ${draws} controls attacked, ${right.get(PIXELS) ?? 0} seen through`)
        }
        const each = Math.round(drawings / objects.size)
        const rate = (robot: string): number => (100 * (right.get(robot) ?? 0)) / Math.max(1, done)
        const shown = (robot: string): Row => ({
          what: `${robot}, ${each} drawings an object`,
          figure: rate(robot),
          unit: '%',
          note: `two rounds: ${(rate(robot) ** 2 / 100).toFixed(0)} %; luck is 20 %; ${done} draws`,
        })
        const luck = upTo(100 / CHOICES, done)
        return [
          atMost(`at random, beside ${each}`, rate('at random'), luck, '%'),
          atMost(`${EXACT}, ${each} drawings an object`, rate(EXACT), luck, '%'),
          shown(PERCEPTUAL),
          ...[...right.keys()]
            .filter(robot => !['at random', EXACT, PERCEPTUAL].includes(robot))
            .sort()
            .map(shown),
          is(`answers judged otherwise than they were, beside ${each}`, otherwise, 0),
        ]
      }

      for (const controls of lessons) {
        await learnUpTo(controls)
        rows.push(...(await attack()))
      }
      return [
        ...rows,
        is('pictures of a control that were not the same when asked again', otherwiseAgain, 0),
        is('pictures whose bytes were met before', library.recognised(), 0),
      ]
    } finally {
      await world.stop()
    }
  },
}
