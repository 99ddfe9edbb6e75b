/** Robots that learn from labelled pictures: each says how much a picture looks like the object asked for. */
import { createHash } from 'node:crypto'
import { type Grey, readPng } from './png.ts'
import { alike, type Seen, ways } from './seeing.ts'

type Known = { readonly icon: string; readonly seen: Seen }
export type Library = {
  learn(icon: string, png: Buffer): void
  /** For each robot, how sure it is that this picture is the one. */
  judge(asked: string, png: Buffer): ReadonlyMap<string, number>
  /** Pictures whose bytes were met before. */
  readonly recognised: () => number
}

/** Which way brightness goes, in 8 by 8 cells: the usual hash of a picture that survives small changes. */
const perceptual = ({ side, dark }: Grey): Seen => {
  const cell = (column: number, row: number): number => {
    let sum = 0
    const [wide, high] = [side / 9, side / 8]
    for (let y = Math.floor(row * high); y < Math.floor((row + 1) * high); y += 1)
      for (let x = Math.floor(column * wide); x < Math.floor((column + 1) * wide); x += 1)
        sum += dark[y * side + x] ?? 0
    return sum
  }
  const bits = new Float32Array(64)
  for (let row = 0; row < 8; row += 1)
    for (let column = 0; column < 8; column += 1)
      bits[row * 8 + column] = cell(column, row) > cell(column + 1, row) ? 0.125 : -0.125
  return bits
}

export const EXACT = 'exact hash'
export const PERCEPTUAL = 'perceptual hash'
export const PIXELS = 'pixels, every way together'

const looks = [{ name: PERCEPTUAL, see: perceptual }, ...ways]

export const makeLibrary = (): Library => {
  const hashes = new Map<string, string>()
  const shelves = new Map<string, Known[]>(looks.map(({ name }) => [name, []]))
  let recognised = 0

  /** Nearest of the object's own, less nearest of all others'. */
  const sureness = (shelf: readonly Known[], asked: string, seen: Seen): number => {
    let [own, other] = [-1, -1]
    for (const known of shelf) {
      const likeness = alike(seen, known.seen)
      if (known.icon === asked) own = Math.max(own, likeness)
      else other = Math.max(other, likeness)
    }
    return own - other
  }

  return {
    learn(icon, png) {
      hashes.set(createHash('sha256').update(png).digest('hex'), icon)
      const picture = readPng(png)
      for (const { name, see } of looks) shelves.get(name)?.push({ icon, seen: see(picture) })
    },
    judge(asked, png) {
      const met = hashes.get(createHash('sha256').update(png).digest('hex'))
      if (met !== undefined) recognised += 1
      const picture = readPng(png)
      const sure = new Map<string, number>([[EXACT, met === asked ? 1 : 0]])
      for (const { name, see } of looks) sure.set(name, sureness(shelves.get(name) ?? [], asked, see(picture)))
      sure.set(
        PIXELS,
        ways.reduce((sum, { name }) => sum + (sure.get(name) ?? 0), 0),
      )
      return sure
    },
    recognised: () => recognised,
  }
}
