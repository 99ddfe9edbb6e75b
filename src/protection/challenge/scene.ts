import { between, chance, oneOf, shuffled, whole } from './random.ts'

/** A picture's side, in pixels. */
export const side = 96

/**
 * Composes one picture: the shape turned, tilted, stretched, moved and rippled, on a light tile, among curves and
 * speckles that are never twice the same. Ink and tile differ in lightness, so that shape alone tells things apart.
 */
export const composeScene = (shapes: string): string => {
  const hue = whole(360)
  const tile = `hsl(${hue},${whole(60)}%,${90 + whole(7)}%)`
  const ink = `hsl(${whole(360)},${whole(70)}%,${13 + whole(10)}%)`
  const shade = `hsl(${whole(360)},${20 + whole(50)}%,${72 + whole(12)}%)`
  const behind = shuffled([...some(3, 5, () => curve(shade, between(1.5, 5), 0.8)), ...some(2, 4, () => blot(shade))])
  const before = shuffled([
    ...some(2, 3, () => curve(ink, between(0.7, 1.3), between(0.5, 0.8))),
    ...some(1, 2, () => curve(tile, between(0.9, 1.6), 0.95)),
    ...some(20, 40, () => speckle(oneOf([ink, shade, tile]))),
  ])

  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
<defs>${ripple()}</defs><rect width="${side}" height="${side}" fill="${tile}"/>${behind.join('')}
<g filter="url(#r)"><g transform="${pose()}" fill="${ink}">${shapes}</g></g>${before.join('')}</svg>`
}

/** How the shape, drawn on a square of 256, is laid on the tile. */
const pose = (): string => {
  const size = between(0.29, 0.34)
  const [wide, high] = [size * between(0.9, 1.08), size * between(0.9, 1.08)]
  const mirrored = chance(0.5) ? -1 : 1
  const [x, y] = [side / 2 + between(-4, 4), side / 2 + between(-4, 4)]
  return (
    `translate(${n(x)} ${n(y)}) rotate(${n(between(-24, 24))}) skewX(${n(between(-10, 10))}) ` +
    `scale(${n(wide * mirrored, 4)} ${n(high, 4)}) translate(-128 -128)`
  )
}

/** Bends every line a little, as on water: no two drawings lie over one another. */
const ripple = (): string => {
  const frequency = `${n(between(0.015, 0.035), 4)} ${n(between(0.015, 0.035), 4)}`
  return `<filter id="r" x="-0.1" y="-0.1" width="1.2" height="1.2" color-interpolation-filters="sRGB">
<feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="1" seed="${whole(100_000)}"/>
<feDisplacementMap in="SourceGraphic" scale="${n(between(6, 10))}" xChannelSelector="R" yChannelSelector="G"/></filter>`
}

const curve = (colour: string, width: number, opacity: number): string => {
  const points = [edge(), inside(), inside(), edge()].map(([x, y]) => `${n(x)},${n(y)}`)
  return `<path d="M${points[0]}C${points.slice(1).join(' ')}" fill="none" stroke="${colour}" stroke-width="${n(width)}" opacity="${n(opacity)}"/>`
}

const blot = (colour: string): string => {
  const [x, y] = inside()
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(between(4, 16))}" ry="${n(between(4, 16))}" fill="${colour}" opacity="${n(between(0.2, 0.5))}"/>`
}

const speckle = (colour: string): string => {
  const [x, y] = inside()
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(between(0.4, 1.2))}" fill="${colour}"/>`
}

const inside = (): [number, number] => [between(0, side), between(0, side)]

const edge = (): [number, number] => {
  const along = between(0, side)
  return oneOf<[number, number]>([
    [along, 0],
    [along, side],
    [0, along],
    [side, along],
  ])
}

const some = (least: number, most: number, make: () => string): string[] =>
  Array.from({ length: least + whole(most - least + 1) }, make)

const n = (value: number, decimals = 2): string => value.toFixed(decimals)
