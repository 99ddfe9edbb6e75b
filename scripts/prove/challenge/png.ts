/** A picture's pixels, as a robot sees them: how dark each one is, 0 for white and 1 for black. PNG of 8 bits, RGB or RGBA, not interlaced. */
import { inflateSync } from 'node:zlib'

export type Grey = { readonly side: number; readonly dark: Float32Array }

const paeth = (a: number, b: number, c: number): number => {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  if (da <= db && da <= dc) return a
  return db <= dc ? b : c
}

const unfilter = (raw: Buffer, width: number, height: number, step: number): Buffer => {
  const line = width * step
  const out = Buffer.alloc(line * height)
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)] ?? 0
    for (let x = 0; x < line; x += 1) {
      const left = x < step ? 0 : (out[y * line + x - step] ?? 0)
      const up = y === 0 ? 0 : (out[(y - 1) * line + x] ?? 0)
      const corner = x < step || y === 0 ? 0 : (out[(y - 1) * line + x - step] ?? 0)
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      out[y * line + x] = (raw[y * (line + 1) + 1 + x] ?? 0) + guess
    }
  }
  return out
}

export const readPng = (png: Buffer): Grey => {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const step = png[25] === 6 ? 4 : 3
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), width, height, step)
  const dark = Float32Array.from({ length: width * height }, (_, i) => {
    const [r = 0, g = 0, b = 0] = bytes.subarray(i * step, i * step + 3)
    return 1 - (0.299 * r + 0.587 * g + 0.114 * b) / 255
  })
  return { side: width, dark }
}
