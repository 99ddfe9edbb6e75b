/** What lies around and over the thing: none of it means anything, and no two pictures have the same. */
import type { Chance } from './repeatable.ts'

/** A picture's side, in pixels. */
export const side = 96

export const n = (value: number, decimals = 2): string => value.toFixed(decimals)

export const makeClutter = ({ between, whole, oneOf }: Chance) => {
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

  return {
    some: (least: number, most: number, make: () => string): string[] =>
      Array.from({ length: least + whole(most - least + 1) }, make),

    curve: (colour: string, width: number, opacity: number): string => {
      const points = [edge(), inside(), inside(), edge()].map(([x, y]) => `${n(x)},${n(y)}`)
      return `<path d="M${points[0]}C${points.slice(1).join(' ')}" fill="none" stroke="${colour}" stroke-width="${n(width)}" opacity="${n(opacity)}"/>`
    },

    blot: (colour: string): string => {
      const [x, y] = inside()
      return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(between(4, 16))}" ry="${n(between(4, 16))}" fill="${colour}" opacity="${n(between(0.2, 0.5))}"/>`
    },

    speckle: (colour: string): string => {
      const [x, y] = inside()
      return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(between(0.4, 1.2))}" fill="${colour}"/>`
    },

    /**
     * A ring, a bar, a bow or a block in the thing's own ink and as thick as its lines, along the tile's border: people look
     * past it, a program that looks for the dark shape's middle and size finds another one.
     */
    scrap: (ink: string): string => {
      const angle = between(0, 2 * Math.PI)
      const far = between(38, 58)
      const place = (turned: number) => n(Math.min(side, Math.max(0, side / 2 + far * turned)))
      const r = between(3, 7.5)
      const line = `fill="none" stroke="${ink}" stroke-width="${n(between(2, 4.5))}" stroke-linecap="round"`
      const shape = oneOf([
        `<circle r="${n(r)}" ${line}/>`,
        `<path d="M${n(-r * 1.5)},0h${n(r * 3)}" ${line}/>`,
        `<path d="M${n(-r)},${n(r)}Q0,${n(-r * 2)} ${n(r)},${n(r)}" ${line}/>`,
        `<path d="M${n(-r / 1.5)},${n(-r / 1.5)}h${n(r * 1.3)}v${n(r * 1.3)}h${n(-r * 1.3)}z" fill="${ink}"/>`,
      ])
      return `<g transform="translate(${place(Math.cos(angle))} ${place(Math.sin(angle))}) rotate(${whole(360)})">${shape}</g>`
    },
  }
}
