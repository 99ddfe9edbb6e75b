import { makeIcons, type Weight, weights } from './icons.ts'
import { oneOf } from './random.ts'
import { composeScene } from './scene.ts'
import { makeTurns, type Turn } from './turns.ts'

export type Drawing = {
  draw(icon: string): Promise<Turn<Buffer>>
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

/** Draws an object as a PNG of 96 pixels, anew each time: never twice the same bytes. */
export const makeDrawing = ({ atOnce = 1, waiting = 100 }: DrawingLimits = {}): Drawing => {
  const turns = makeTurns({ atOnce, waiting, rest: restAfterEach })
  const shapesOf = makeIcons()

  const draw: Drawing['draw'] = icon =>
    turns.take(async () => {
      const { renderAsync } = await import('@resvg/resvg-js') // loaded when first needed: many processes never draw
      const weight = oneOf<Weight>(weights)
      const scene = composeScene(await shapesOf(icon, weight), weight === 'fill')
      const image = await renderAsync(scene, { font: { loadSystemFonts: false } })
      return image.asPng()
    })

  return { draw, full: turns.full }
}
