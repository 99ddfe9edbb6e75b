/** Ways of looking at a picture: each makes of it a list of numbers of length one, so that alike pictures have a high product. */
import type { Grey } from './png.ts'

export type Seen = Float32Array
export type Way = { readonly name: string; readonly see: (picture: Grey, turned?: number) => Seen }

/** What is dark, thin things taken away: a pixel counts if most of its neighbours do. */
const shapeOf = ({ side, dark }: Grey): Grey => {
  const least = Math.min(...dark)
  const most = Math.max(...dark)
  const edge = least + (most - least) * 0.55
  const out = new Float32Array(side * side)
  for (let y = 1; y < side - 1; y += 1) {
    for (let x = 1; x < side - 1; x += 1) {
      let count = 0
      for (let v = -1; v <= 1; v += 1)
        for (let h = -1; h <= 1; h += 1) if ((dark[(y + v) * side + x + h] ?? 0) > edge) count += 1
      if (count >= 6) out[y * side + x] = 1
    }
  }
  return { side, dark: out }
}

/** Only what hangs together in pieces big enough to be the thing. */
const withoutCrumbs = ({ side, dark }: Grey, share = 0.06): Grey => {
  const label = new Int32Array(side * side)
  const sizes: number[] = [0]
  for (let start = 0; start < dark.length; start += 1) {
    if (!dark[start] || label[start]) continue
    const own = sizes.length
    const stack = [start]
    label[start] = own
    let size = 0
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size += 1
      for (const next of [at - 1, at + 1, at - side, at + side]) {
        if (!dark[next] || label[next]) continue
        label[next] = own
        stack.push(next)
      }
    }
    sizes.push(size)
  }
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return { side, dark: dark.map((value, i) => ((sizes[label[i] ?? 0] ?? 0) >= total * share ? value : 0)) }
}

const cells = 24

const unit = (values: Float32Array): Seen => {
  let mean = 0
  for (const value of values) mean += value
  mean /= values.length
  let norm = 0
  for (let i = 0; i < values.length; i += 1) {
    values[i] = (values[i] ?? 0) - mean
    norm += (values[i] ?? 0) ** 2
  }
  const by = Math.sqrt(norm) || 1
  return values.map(value => value / by)
}

const blurred = (values: Float32Array, side: number): Float32Array => {
  const pass = (from: Float32Array, step: number) =>
    from.map((value, i) => (value * 2 + (from[i - step] ?? 0) + (from[i + step] ?? 0)) / 4)
  return pass(pass(values, 1), side)
}

type Frame = { readonly x: number; readonly y: number; readonly half: number; readonly angle: number }

/** The picture's part within a square frame, in cells. */
const within = ({ side, dark }: Grey, { x, y, half, angle }: Frame): Float32Array => {
  const fine = 3
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const out = new Float32Array(cells * cells)
  for (let row = 0; row < cells * fine; row += 1) {
    for (let column = 0; column < cells * fine; column += 1) {
      const u = ((column + 0.5) / (cells * fine) - 0.5) * 2 * half
      const v = ((row + 0.5) / (cells * fine) - 0.5) * 2 * half
      const [px, py] = [Math.round(x + u * cos - v * sin), Math.round(y + u * sin + v * cos)]
      if (px < 0 || py < 0 || px >= side || py >= side) continue
      const cell = Math.floor(row / fine) * cells + Math.floor(column / fine)
      out[cell] = (out[cell] ?? 0) + (dark[py * side + px] ?? 0)
    }
  }
  return out
}

/** Where the shape lies: its centre, and its spread. */
const frameOf = ({ side, dark }: Grey, spreads: number): Frame => {
  let [mass, sx, sy] = [0, 0, 0]
  for (let i = 0; i < dark.length; i += 1) {
    const d = dark[i] ?? 0
    mass += d
    sx += d * (i % side)
    sy += d * Math.floor(i / side)
  }
  const [x, y] = mass === 0 ? [side / 2, side / 2] : [sx / mass, sy / mass]
  let spread = 0
  for (let i = 0; i < dark.length; i += 1)
    spread += (dark[i] ?? 0) * ((i % side) - x) ** 2 + (dark[i] ?? 0) * (Math.floor(i / side) - y) ** 2
  return { x, y, half: mass === 0 ? side / 2 : Math.sqrt(spread / mass) * spreads, angle: 0 }
}

/** As it lies on its tile. */
const asItLies: Way = {
  name: 'as it lies',
  see: (picture, turned = 0) => {
    const shape = shapeOf(picture)
    const half = shape.side / 2
    return unit(blurred(within(shape, { x: half, y: half, half: half * 0.95, angle: turned }), cells))
  },
}

/** Cleaned, centred and brought to one size. */
const centred: Way = {
  name: 'centred',
  see: (picture, turned = 0) => {
    const shape = withoutCrumbs(shapeOf(picture))
    return unit(blurred(within(shape, { ...frameOf(shape, 1.9), angle: turned }), cells))
  },
}

/** Which way edges run, in each part of the centred shape. */
const edges: Way = {
  name: 'edges',
  see: (picture, turned = 0) => {
    const shape = withoutCrumbs(shapeOf(picture))
    const image = blurred(within(shape, { ...frameOf(shape, 1.9), angle: turned }), cells)
    const [parts, ways] = [6, 8]
    const out = new Float32Array(parts * parts * ways)
    for (let y = 1; y < cells - 1; y += 1) {
      for (let x = 1; x < cells - 1; x += 1) {
        const at = y * cells + x
        const gx = (image[at + 1] ?? 0) - (image[at - 1] ?? 0)
        const gy = (image[at + cells] ?? 0) - (image[at - cells] ?? 0)
        const strength = Math.hypot(gx, gy)
        if (strength === 0) continue
        const turn = ((Math.atan2(gy, gx) / Math.PI + 1) * ways) % ways
        const [px, py] = [(x / cells) * parts - 0.5, (y / cells) * parts - 0.5]
        for (const [bx, wx] of near(px))
          for (const [by, wy] of near(py))
            for (const [bt, wt] of near(turn)) {
              if (bx < 0 || by < 0 || bx >= parts || by >= parts) continue
              const cell = (by * parts + bx) * ways + (((bt % ways) + ways) % ways)
              out[cell] = (out[cell] ?? 0) + strength * wx * wy * wt
            }
      }
    }
    return unit(out.map(Math.sqrt))
  },
}

const near = (value: number): readonly (readonly [number, number])[] => {
  const low = Math.floor(value)
  return [
    [low, low + 1 - value],
    [low + 1, value - low],
  ]
}

export const ways: readonly Way[] = [asItLies, centred, edges]

export const alike = (one: Seen, other: Seen): number => {
  let sum = 0
  for (let i = 0; i < one.length; i += 1) sum += (one[i] ?? 0) * (other[i] ?? 0)
  return sum
}
