import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { type Drawing, makeDrawing } from '../../../src/protection/challenge/draw.ts'
import { repeatable } from '../../../src/protection/challenge/repeatable.ts'
import { composeScene, side } from '../../../src/protection/challenge/scene.ts'

const aSeed = (): string => randomBytes(32).toString('base64url')

const pngOf = async (draw: Drawing['draw'], icon: string, seed = aSeed()): Promise<Buffer> => {
  const drawn = await draw(icon, seed)
  if (drawn.kind !== 'done') throw new Error('The drawing is busy')
  return drawn.value
}

const squareShape = '<path d="M40,40h176v176h-176z"/>'

describe('a picture', () => {
  it('is a PNG of 96 by 96 pixels', async () => {
    const png = await pngOf(makeDrawing().draw, 'pants')
    expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([side, side])
  })

  it('is the same to the byte when its seed is, whichever process draws it', async () => {
    const [here, elsewhere] = [makeDrawing(), makeDrawing()]
    for (const icon of ['pants', 'heart', 'bicycle', 'key']) {
      const seed = aSeed()
      const png = await pngOf(here.draw, icon, seed)
      expect((await pngOf(here.draw, icon, seed)).equals(png)).toBe(true)
      expect((await pngOf(elsewhere.draw, icon, seed)).equals(png)).toBe(true)
    }
  })

  it('never has the same bytes with two seeds, and its size tells nothing of the object', async () => {
    const { draw } = makeDrawing()
    const sizes = new Map<string, number[]>()
    const seen = new Set<string>()
    for (const icon of ['pants', 'heart', 'bicycle']) {
      const pictures = await Promise.all(Array.from({ length: 30 }, () => pngOf(draw, icon)))
      for (const png of pictures) seen.add(png.toString('base64'))
      sizes.set(
        icon,
        pictures.map(png => png.length),
      )
    }
    expect(seen.size).toBe(90)
    const ranges = [...sizes.values()].map(all => ({ least: Math.min(...all), most: Math.max(...all) }))
    for (const one of ranges) for (const other of ranges) expect(one.least).toBeLessThan(other.most)
  })

  it('carries no text, no name and no metadata besides its pixels', async () => {
    const png = await pngOf(makeDrawing().draw, 'pants')
    const chunks: string[] = []
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
      chunks.push(png.toString('latin1', at + 4, at + 8))
    expect(new Set(chunks)).toEqual(new Set(['IHDR', 'IDAT', 'IEND']))
  })

  it('shows the shape in an ink that anybody tells from its tile', () => {
    for (let time = 0; time < 500; time += 1) {
      const scene = composeScene(squareShape, repeatable(aSeed()), time % 2 === 0)
      const tile = luminance(/<rect[^>]* fill="(hsl[^"]+)"/.exec(scene)?.[1] ?? '')
      const ink = luminance(/<g transform[^>]* fill="(hsl[^"]+)"/.exec(scene)?.[1] ?? '')
      expect((tile + 0.05) / (ink + 0.05)).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('is drawn after others when many are asked for, and beyond a bound the answer is busy', async () => {
    const { draw } = makeDrawing({ atOnce: 1, waiting: 4 })
    const answers = await Promise.all(Array.from({ length: 8 }, () => draw('key', aSeed())))
    expect(answers.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done', 'done', 'busy', 'busy', 'busy'])
    expect((await draw('key', aSeed())).kind).toBe('done')
  })
})

/** Relative luminance (WCAG) of an hsl() colour. */
const luminance = (colour: string): number => {
  const [hue = 0, saturation = 0, lightness = 0] = (colour.match(/\d+/g) ?? []).map(Number)
  const spread = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100)
  const channel = (offset: number): number => {
    const turn = (offset + hue / 30) % 12
    const value = lightness / 100 - spread * Math.max(-1, Math.min(turn - 3, 9 - turn, 1))
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4)
}
