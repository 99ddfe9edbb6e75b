import { makeIcons, type Weight, weights } from './icons.ts'
import { repeatable } from './repeatable.ts'
import { composeScene } from './scene.ts'
import { makeTurns, type Turn } from './turns.ts'

export type Drawing = {
  /** The same seed (32 secret bytes in base64url) gives the same bytes; another one, another picture. */
  draw(icon: string, seed: string): Promise<Turn<Buffer>>
  /** Whether the next one would be told that we are busy. */
  full(): boolean
}

type DrawingLimits = {
  /** Pictures drawn at the same time: each takes one of the four threads that password hashing uses too. */
  readonly atOnce?: number
  /** Pictures that may wait for theirs; beyond, the answer is 'busy'. */
  readonly waiting?: number
}

/** Between two pictures, so that a flood of them never takes a whole core from people signing in. */
const restAfterEach = 5

/** Draws an object as a PNG of 96 pixels. */
export const makeDrawing = ({ atOnce = 1, waiting = 100 }: DrawingLimits = {}): Drawing => {
  const turns = makeTurns({ atOnce, waiting, rest: restAfterEach })
  const shapesOf = makeIcons()

  const draw: Drawing['draw'] = (icon, seed) =>
    turns.take(async () => {
      const { renderAsync } = await import('@resvg/resvg-js') // loaded when first needed: many processes never draw
      const chance = repeatable(seed)
      const weight = chance.oneOf<Weight>(weights)
      const scene = composeScene(await shapesOf(icon, weight), chance, weight === 'fill')
      const image = await renderAsync(scene, { font: { loadSystemFonts: false } })
      return image.asPng()
    })

  return { draw, full: turns.full }
}
