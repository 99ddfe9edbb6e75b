import type { BirthPlaces } from './compare.ts'

type Range = readonly [from: number, to: number]

/** « 001-047,049 » */
const rangesOf = (written: string): readonly Range[] =>
  written.split(',').map(range => {
    const [from = '', to = from] = range.split('-')
    return [Number(from), Number(to)]
  })

/** Reads the extract of INSEE's codes made by scripts/data/birthplaces.ts: a department's codes a line, then groups of the same commune. */
export const makeBirthPlaces = (text: Buffer): BirthPlaces => {
  const known = new Map<string, readonly Range[]>()
  const chiefs = new Map<string, string>()
  for (const line of text.toString('latin1').split('\n')) {
    const [first = '', ...rest] = line.split('\t')
    if (first === '=') for (const code of rest) chiefs.set(code, rest[0] ?? code)
    else if (rest[0] !== undefined) known.set(first, rangesOf(rest[0]))
  }
  return {
    isKnown: code => {
      const commune = Number(code.slice(2))
      return known.get(code.slice(0, 2))?.some(([from, to]) => from <= commune && commune <= to) ?? false
    },
    same: (a, b) => {
      const chief = chiefs.get(a)
      return chief !== undefined && chief === chiefs.get(b)
    },
  }
}
