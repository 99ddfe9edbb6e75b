import { makeClutter, n, side } from './clutter.ts'
import type { Chance } from './repeatable.ts'

export { side } from './clutter.ts'

/**
 * Composes one picture: the shape turned, tilted, stretched, moved, rippled and painted in one of several manners, on a
 * light tile, among scraps, curves and speckles. Another chance, another picture: no two have anything in common. Ink and
 * tile differ in lightness, so that shape alone tells things apart. `solid`: the shape is a silhouette, which may be hatched.
 */
export const composeScene = (shapes: string, chance: Chance, solid = false): string => {
  const { between, whole, oneOf, shuffled } = chance
  const { some, curve, blot, scrap, speckle } = makeClutter(chance)
  const hue = whole(360)
  const tile = `hsl(${hue},${whole(60)}%,${90 + whole(7)}%)`
  const ink = `hsl(${whole(360)},${whole(70)}%,${13 + whole(10)}%)`
  const shade = `hsl(${whole(360)},${20 + whole(50)}%,${72 + whole(12)}%)`
  const behind = shuffled([...some(3, 5, () => curve(shade, between(1.5, 5), 0.8)), ...some(2, 4, () => blot(shade))])
  const before = shuffled([
    ...some(1, 2, () => curve(ink, between(1, 1.8), between(0.7, 1))),
    ...some(7, 11, () => scrap(ink)),
    ...some(2, 3, () => curve(tile, between(1.2, 1.9), 1)),
    ...some(20, 40, () => speckle(oneOf([ink, shade, tile]))),
  ])

  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
<defs>${ripple(chance)}${hatch(chance, ink, tile)}</defs><rect width="${side}" height="${side}" fill="${tile}"/>${behind.join('')}
<g filter="url(#r)"><g transform="${pose(chance)}" fill="${ink}"><g ${paint(chance, ink, tile, solid)}>${shapes}</g></g></g>${before.join('')}</svg>`
}

/** How the shape, drawn on a square of 256, is laid on the tile. */
const pose = ({ between, oneOf }: Chance): string => {
  const size = between(0.26, 0.34)
  const [wide, high] = [size * between(0.84, 1.1), size * between(0.84, 1.1)]
  const mirrored = oneOf([-1, 1])
  const [x, y] = [side / 2 + between(-8, 8), side / 2 + between(-8, 8)]
  return (
    `translate(${n(x)} ${n(y)}) rotate(${n(between(-30, 30))}) skewX(${n(between(-17, 17))}) ` +
    `scale(${n(wide * mirrored, 4)} ${n(high, 4)}) translate(-128 -128)`
  )
}

/** Lines as they are, thicker, hollow, or the silhouette hatched: what was learnt from one manner is of little use for another. */
const paint = ({ between, oneOf }: Chance, ink: string, tile: string, solid: boolean): string => {
  const line = (width: number) => `stroke="${ink}" stroke-width="${n(width)}" stroke-linejoin="round"`
  return oneOf([
    () => '',
    () => line(between(3, 9)),
    () => `fill="${tile}" ${line(between(6.5, 8.5))}`,
    () => (solid ? `fill="url(#h)" ${line(between(6.5, 8.5))}` : line(between(1, 4))),
  ])()
}

const hatch = ({ between, whole }: Chance, ink: string, tile: string): string => {
  const gap = between(15, 24)
  return (
    `<pattern id="h" width="${n(gap)}" height="${n(gap)}" patternUnits="userSpaceOnUse" patternTransform="rotate(${whole(180)})">` +
    `<rect width="${n(gap)}" height="${n(gap)}" fill="${tile}"/><rect width="${n(gap * between(0.3, 0.5))}" height="${n(gap)}" fill="${ink}"/></pattern>`
  )
}

/** Bends every line, as on water: no two drawings lie over one another. */
const ripple = ({ between, whole }: Chance): string => {
  const frequency = `${n(between(0.015, 0.035), 4)} ${n(between(0.015, 0.035), 4)}`
  return `<filter id="r" x="-0.1" y="-0.1" width="1.2" height="1.2" color-interpolation-filters="sRGB">
<feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="1" seed="${whole(100_000)}"/>
<feDisplacementMap in="SourceGraphic" scale="${n(between(10, 15))}" xChannelSelector="R" yChannelSelector="G"/></filter>`
}
